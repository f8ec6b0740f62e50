import { z } from 'zod'
import type { AccountClient } from '../../kit/account-client.ts'
import type { Stream } from '../../kit/contract.ts'
import { NotFoundError } from '../../kit/errors.ts'
import { readWire } from '../../kit/read-wire.ts'
import { wholeList } from '../../kit/whole-list.ts'
import { idOf } from '../../kit/wire.ts'
import { type Memberships, toAgent, toTeam } from './mapping-people.ts'
import { readPages, recordIn } from './pages.ts'
import { PROVIDER, receive, wireGroup, wireMembership, wireUser } from './wire.ts'
import { isStaff } from './words.ts'

const MINUTE_MS = 60_000

/** A person or a group, and who is where: Zendesk lists that by itself. */
const placed = z.object({ record: z.unknown(), memberships: z.custom<Memberships>(Array.isArray) })
type Placed = z.output<typeof placed>

const read = (value: unknown, stream: string): Placed => readWire(placed, value, { provider: PROVIDER, stream })

const placedId = (value: unknown): string | null => idOf(placed.safeParse(value).data?.record)

async function readMemberships(client: AccountClient, path: string, signal: AbortSignal): Promise<Memberships> {
  const { records } = await readPages(client, { path, name: 'group_memberships' }, signal)
  return records.map((record) => receive(wireMembership, record, 'group memberships').wire)
}

async function readAll(
  client: AccountClient,
  list: { readonly path: string; readonly name: string },
  signal: AbortSignal,
): Promise<readonly Placed[]> {
  const memberships = await readMemberships(client, '/api/v2/group_memberships', signal)
  const { records } = await readPages(client, list, signal)
  return records.filter((record) => !isGone.safeParse(record).success).map((record) => ({ record, memberships }))
}

/** A group that was deleted may still be shown. */
const isGone = z.looseObject({ deleted: z.literal(true) })

/** A person may be shown who answers no more. */
const wireStanding = z.looseObject({ role: z.string().nullish(), active: z.boolean().nullish() })

/** Who answers: agents and administrators. */
export const agents: Stream = wholeList({
  name: 'agents',
  kind: 'agent',
  everyMs: 15 * MINUTE_MS,
  readAll: (client, signal) =>
    readAll(client, { path: '/api/v2/users?role[]=agent&role[]=admin', name: 'users' }, signal),
  remoteIdOf: placedId,
  map: (value) => {
    const { record, memberships } = read(value, 'agents')
    return toAgent(receive(wireUser, record, 'agents'), memberships)
  },
  readOne: async (client, remoteId, signal) => {
    const path = `/api/v2/users/${encodeURIComponent(remoteId)}`
    const record = await recordIn(client, { path, name: 'user' }, signal)
    const { role, active } = readWire(wireStanding, record, { provider: PROVIDER, stream: 'agents' })
    if (active === false || !isStaff(role ?? null)) throw new NotFoundError(PROVIDER, 'answers no more')
    return { record, memberships: await readMemberships(client, `${path}/group_memberships`, signal) }
  },
})

/** Groups of agents. */
export const groups: Stream = wholeList({
  name: 'groups',
  kind: 'team',
  everyMs: 15 * MINUTE_MS,
  readAll: (client, signal) => readAll(client, { path: '/api/v2/groups', name: 'groups' }, signal),
  remoteIdOf: placedId,
  map: (value) => {
    const { record, memberships } = read(value, 'groups')
    return toTeam(receive(wireGroup, record, 'groups'), memberships)
  },
  readOne: async (client, remoteId, signal) => {
    const path = `/api/v2/groups/${encodeURIComponent(remoteId)}`
    const record = await recordIn(client, { path, name: 'group' }, signal)
    if (isGone.safeParse(record).success) throw new NotFoundError(PROVIDER, 'was deleted')
    return { record, memberships: await readMemberships(client, `${path}/memberships`, signal) }
  },
})
