import type { AccountClient } from '../../kit/account-client.ts'
import type { ReadContext, Stream } from '../../kit/contract.ts'
import { readOrGone } from '../../kit/gone.ts'
import { sift } from '../../kit/read-each.ts'
import { idOf, type Received } from '../../kit/wire.ts'
import type { Change } from '../../store/change.ts'
import { fromUser } from './mapping-people.ts'
import { recordIn, recordsIn } from './pages.ts'
import { readExport } from './read-export.ts'
import { receive, type UserWire, wireUser } from './wire.ts'
import { isStaff } from './words.ts'

const NAME = 'users'

const EXPORT = { name: NAME, path: '/api/v2/incremental/users/cursor', perPage: 500, include: null } as const

/** Agents are told of as contacts only where they asked for something: where they are stored as such. */
async function toContacts(people: readonly Received<UserWire>[], context: ReadContext): Promise<Change[]> {
  const staff = people.flatMap(({ wire }) => (isStaff(wire.role) ? wire.id : []))
  const asked = staff.length === 0 ? new Map() : await context.versions('contact', staff)
  return people.flatMap((person) =>
    isStaff(person.wire.role) && person.wire.active !== false && !asked.has(person.wire.id) ? [] : fromUser(person),
  )
}

/** One person, whoever they are; a deletion when they are gone. */
export function readUser(client: AccountClient, remoteId: string, signal?: AbortSignal): Promise<readonly Change[]> {
  return readOrGone('contact', remoteId, async () => {
    const path = `/api/v2/users/${encodeURIComponent(remoteId)}`
    return fromUser(receive(wireUser, await recordIn(client, { path, name: 'user' }, signal), NAME))
  })
}

/** People who ask. Those who were deleted are told as not active. */
export const users: Stream = {
  name: NAME,
  kind: 'contact',
  everyMs: 5 * 60_000,
  async read(client, cursor, context) {
    const { answer, ...page } = await readExport(client, EXPORT, { cursor, signal: context.signal })
    const records = recordsIn(answer.body, NAME, NAME)
    const { good, failed } = sift(records, idOf, (record) => receive(wireUser, record, NAME))
    return { ...page, changes: await toContacts(good, context), failed, total: null }
  },
  readOne: (client, remoteId, context) => readUser(client, remoteId, context.signal),
}
