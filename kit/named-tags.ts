import type { Upsert } from '../store/change.ts'

/**
 * Tags of a provider that knows them by name only: the name is the remote id too. Each once, in the order given.
 *
 * A record that names a tag tells of the tag as well, since nothing lists all of them.
 */
export function tagsNamed(names: Iterable<string>): Upsert<'tag'>[] {
  return [...new Set(names)].map((name) => ({
    op: 'upsert',
    kind: 'tag',
    remoteId: name,
    version: null,
    fields: { createdAt: null, updatedAt: null, name },
    native: { name },
  }))
}
