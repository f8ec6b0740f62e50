import { z } from 'zod'
import type { Stream } from '../../kit/contract.ts'
import { readWire } from '../../kit/read-wire.ts'
import { wholeList } from '../../kit/whole-list.ts'
import { idOf, type Received } from '../../kit/wire.ts'
import type { Change } from '../../store/change.ts'
import type { Kind } from '../../store/kinds.ts'
import { toAgent, toTag, toTeam } from './mapping-people.ts'
import { PROVIDER, receive, wireAdmin, wireTag, wireTeam } from './wire.ts'

const MINUTE_MS = 60_000

interface OneAnswer<Wire> {
  readonly name: string
  readonly kind: Kind
  readonly everyMs: number
  readonly path: string
  /** Where the records stand in the answer. */
  readonly list: string
  readonly schema: z.ZodType<Wire>
  readonly map: (received: Received<Wire>) => Change
}

/** A list that Intercom gives whole in one answer. */
function inOneAnswer<Wire>({ path, list, schema, ...stream }: OneAnswer<Wire>): Stream {
  const envelope = z.looseObject({ [list]: z.array(z.unknown()) })
  return wholeList({
    ...stream,
    readAll: async (client, signal) => {
      const answer = await client.request({ method: 'GET', path, signal })
      const records = readWire(envelope, answer.body, { provider: PROVIDER, stream: stream.name })[list]
      return Array.isArray(records) ? records : []
    },
    remoteIdOf: idOf,
    map: (record) => stream.map(receive(schema, record, stream.name)),
    readOne: async (client, remoteId, signal) =>
      (await client.request({ method: 'GET', path: `${path}/${encodeURIComponent(remoteId)}`, signal })).body,
  })
}

/** Teammates: few, and read often since they say who is away. */
export const admins = inOneAnswer({
  name: 'admins',
  kind: 'agent',
  everyMs: 5 * MINUTE_MS,
  path: '/admins',
  list: 'admins',
  schema: wireAdmin,
  map: toAgent,
})

/** Teams of teammates. */
export const teams = inOneAnswer({
  name: 'teams',
  kind: 'team',
  everyMs: 15 * MINUTE_MS,
  path: '/teams',
  list: 'teams',
  schema: wireTeam,
  map: toTeam,
})

/** Tags of the workspace. */
export const tags = inOneAnswer({
  name: 'tags',
  kind: 'tag',
  everyMs: 15 * MINUTE_MS,
  path: '/tags',
  list: 'data',
  schema: wireTag,
  map: toTag,
})
