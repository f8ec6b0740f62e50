import { later } from '../../iso.ts'
import { invalidField } from '../errors.ts'
import type { Attachment, Upload } from '../records.ts'
import { nextId, nowIn } from '../../world.ts'
import type { World } from '../world.ts'

/** A file waits this long for its comment. Source: the reference's "Attachments". */
const uploadSeconds = 3_600

/** Takes a file in, into an upload that is there or a new one. */
export function addUpload(
  world: World,
  file: { readonly name: string; readonly type: string; readonly size: number; readonly token: string | null },
): Upload {
  const attachment: Attachment = {
    id: nextId(world, 'attachment'),
    file_name: file.name,
    content_type: file.type,
    size: file.size,
  }
  const known = file.token === null ? undefined : alive(world, file.token)
  if (known) {
    known.attachments.push(attachment)
    return known
  }
  const token = world.random.hex(26)
  const upload = { token, attachments: [attachment], expiresAt: later(nowIn(world), uploadSeconds) }
  world.uploads.set(token, upload)
  return upload
}

/** The files of tokens; each token is good once. @throws 422 one that is not */
export function takeUploads(world: World, tokens: unknown): Attachment[] {
  const list: unknown[] = Array.isArray(tokens) ? tokens : tokens === undefined || tokens === null ? [] : [tokens]
  return list.flatMap((token) => {
    const upload = typeof token === 'string' ? alive(world, token) : undefined
    if (!upload) throw invalidField('base', 'Upload token: is invalid or has expired')
    world.uploads.delete(upload.token)
    return upload.attachments
  })
}

function alive(world: World, token: string): Upload | undefined {
  const upload = world.uploads.get(token)
  return upload && upload.expiresAt > nowIn(world) ? upload : undefined
}
