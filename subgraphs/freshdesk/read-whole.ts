import { mapBounded } from '../../kit/bounded.ts'
import type { AccountClient } from '../../kit/account-client.ts'
import type { Stream } from '../../kit/contract.ts'
import { readWire } from '../../kit/read-wire.ts'
import { wholeList } from '../../kit/whole-list.ts'
import { idOf } from '../../kit/wire.ts'
import { MAX_ROWS, readAllRows, readRecord, type List } from './lists.ts'
import { toAgent, toTeam } from './mapping-people.ts'
import { PROVIDER, receive, wireAgent, wireGroup } from './wire.ts'

const MINUTE_MS = 60_000

/** Records read at the same time. */
const AT_ONCE = 4

const listOf = (stream: string): List => ({ path: `/${stream}`, query: { per_page: MAX_ROWS }, stream })

const groupPath = (id: string): string => `/groups/${encodeURIComponent(id)}`

/** Groups by themselves: the list leaves out who is in them. One that does not say its id stays as listed. */
async function readGroups(client: AccountClient, signal: AbortSignal): Promise<unknown[]> {
  const listed = await readAllRows(client, listOf('groups'), signal)
  return mapBounded(listed, { limit: AT_ONCE, signal }, async (group, within) => {
    const id = idOf(group)
    return id === null ? group : readRecord(client, groupPath(id), within)
  })
}

/** Groups of agents. */
export const groups: Stream = wholeList({
  name: 'groups',
  kind: 'team',
  everyMs: 15 * MINUTE_MS,
  readAll: readGroups,
  remoteIdOf: idOf,
  map: (record) => toTeam(receive(wireGroup, record, 'groups')),
  readOne: (client, remoteId, signal) => readRecord(client, groupPath(remoteId), signal),
})

const hasGroups = (agent: unknown): boolean => typeof agent === 'object' && agent !== null && 'group_ids' in agent

/** Agents as they are by themselves: whoever lists them is not told their groups, but groups tell their agents. */
async function readAgents(client: AccountClient, signal: AbortSignal): Promise<unknown[]> {
  const listed = await readAllRows(client, listOf('agents'), signal)
  if (listed.every(hasGroups)) return listed
  const origin = { provider: PROVIDER, stream: 'groups' }
  const known = (await readGroups(client, signal)).map((group) => readWire(wireGroup, group, origin))
  return listed.map((agent) => {
    if (hasGroups(agent) || typeof agent !== 'object') return agent
    const id = idOf(agent)
    const own = known.filter(({ agent_ids }) => id !== null && agent_ids?.includes(id) === true)
    return { ...agent, group_ids: own.map((group) => Number(group.id)) }
  })
}

/** Agents: few, and read often since they say who is available. */
export const agents: Stream = wholeList({
  name: 'agents',
  kind: 'agent',
  everyMs: 5 * MINUTE_MS,
  readAll: readAgents,
  remoteIdOf: idOf,
  map: (record) => toAgent(receive(wireAgent, record, 'agents')),
  readOne: (client, remoteId, signal) => readRecord(client, `/agents/${encodeURIComponent(remoteId)}`, signal),
})
