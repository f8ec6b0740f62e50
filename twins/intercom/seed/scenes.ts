import { accountStories } from '../../corpus/stories-account.ts'
import { storiesAbroad } from '../../corpus/stories-abroad.ts'
import { orderStories } from '../../corpus/stories-orders.ts'
import { countries } from '../../corpus/people.ts'
import { carriers, products } from '../../corpus/shop.ts'
import type { Slots, Story } from '../../corpus/story.ts'
import type { Random } from '../../random.ts'
import type { Admin, Attachment, Contact } from '../records.ts'
import { nextId } from '../world.ts'
import type { World } from '../world.ts'

const english: readonly Story[] = [...orderStories, ...accountStories]

/** People who speak another language often write in it, and sometimes in English. */
export function storyFor(random: Random, language: string | null): Story {
  const own = storiesAbroad.filter((story) => story.language === language)
  return random.pick(own.length > 0 && random.chance(0.6) ? own : english)
}

/** What a story's slots stand for this time. */
export function slotsFor(random: Random, contact: Contact, admin: Admin): Slots {
  const cents = random.int(900, 24_900)
  return {
    name: contact.name?.split(' ')[0] ?? 'there',
    agent: admin.name.split(' ')[0] ?? admin.name,
    order: `#${random.int(10_000, 99_999)}`,
    product: random.pick(products),
    city: random.pick(random.pick(countries).cities),
    amount: `€${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`,
    carrier: random.pick(carriers),
    tracking: `${random.pick(['NP', 'PR', 'BV', 'SW'])}${random.int(100_000_000, 999_999_999)}`,
    days: String(random.int(3, 12)),
  }
}

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
