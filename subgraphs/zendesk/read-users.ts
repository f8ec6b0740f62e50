import type { AccountClient } from '../../kit/account-client.ts'
import type { Audit, ReadContext, Stream } from '../../kit/contract.ts'
import { toListed } from '../../kit/audit.ts'
import { readOrGone } from '../../kit/gone.ts'
import { sift } from '../../kit/read-each.ts'
import { idOf, type Received } from '../../kit/wire.ts'
import type { Change } from '../../store/change.ts'
import { userCounter } from './counters.ts'
import { fromUser } from './mapping-people.ts'
import { recordIn, recordsIn } from './pages.ts'
import { readExport } from './read-export.ts'
import { receive, type UserWire, wireUser } from './wire.ts'
import { isStaff } from './words.ts'

const NAME = 'users'

const EXPORT = { name: NAME, path: '/api/v2/incremental/users/cursor', perPage: 500, include: null } as const

/** Agents are told of as contacts only where they asked for something: where they are stored as such. */
async function asContacts(people: readonly Received<UserWire>[], context: ReadContext): Promise<Received<UserWire>[]> {
  const staff = people.flatMap(({ wire }) => (isStaff(wire.role) ? wire.id : []))
  const asked = staff.length === 0 ? new Map() : await context.versions('contact', staff)
  return people.filter(({ wire }) => !isStaff(wire.role) || wire.active === false || asked.has(wire.id))
}

/** One person, whoever they are; a deletion when they are gone. */
export function readUser(client: AccountClient, remoteId: string, signal?: AbortSignal): Promise<readonly Change[]> {
  return readOrGone('contact', remoteId, async () => {
    const path = `/api/v2/users/${encodeURIComponent(remoteId)}`
    return fromUser(receive(wireUser, await recordIn(client, { path, name: 'user' }, signal), NAME))
  })
}

/** Audits go by the export from its beginning, which tells of everybody. */
const audit: Audit = {
  method: 'FULL_PASS',
  everyMs: 24 * 3_600_000,
  async list(client, cursor, context) {
    const { answer, ...page } = await readExport(client, EXPORT, { cursor, signal: context.signal })
    const records = recordsIn(answer.body, NAME, NAME)
    const { good, failed } = sift(records, idOf, (record) => receive(wireUser, record, NAME))
    const contacts = await asContacts(good, context)
    return { ...page, ...toListed('contact', { records: contacts.map((each) => fromUser(each)), failed }), total: null }
  },
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
    const changes = (await asContacts(good, context)).flatMap((person) => fromUser(person))
    return { ...page, changes, failed, total: null }
  },
  readOne: (client, remoteId, context) => readUser(client, remoteId, context.signal),
  audit,
  counter: userCounter,
}
