import type { Random } from '../../random.ts'
import type { Attachment } from '../records.ts'
import { nextId } from '../world.ts'
import type { World } from '../world.ts'

/** A picture somebody sends along. */
export function photo(world: World, random: Random): Attachment {
  const name = random.pick(['broken.jpg', 'box.jpg', 'IMG_4021.jpg', 'photo-1.png'])
  return {
    type: 'upload',
    name,
    url: `https://downloads.intercomcdn.example/${nextId(world, 'attachment')}/${name}`,
    content_type: name.endsWith('png') ? 'image/png' : 'image/jpeg',
    filesize: random.int(40_000, 2_400_000),
    width: 1_200,
    height: 900,
  }
}
