import { z } from 'zod'
import type { AccountClient, ReadContext, Stream } from '../../kit/contract.ts'
import { sift, type ReadRecords } from '../../kit/read-each.ts'
import { readWire } from '../../kit/read-wire.ts'
import type { Change } from '../../store/change.ts'
import type { Kind } from '../../store/kinds.ts'
import { gone, readOrGone } from './gone.ts'
import { toAgent, toTag, toTeam } from './mapping-people.ts'
import { idOf, PROVIDER, receive, wireAdmin, wireTag, wireTeam, type Received } from './wire.ts'

const MINUTE_MS = 60_000

interface WholeList<Wire> {
  readonly name: string
  readonly kind: Kind
  readonly everyMs: number
  readonly path: string
  /** Where the records stand in the answer. */
  readonly list: string
  readonly schema: z.ZodType<Wire>
  readonly map: (received: Received<Wire>) => Change
}

/** A list that Intercom gives whole in one answer: what is stored and not in it has vanished. */
function wholeList<Wire>(list: WholeList<Wire>): Stream {
  const map = (record: unknown): Change => list.map(receive(list.schema, record, list.name))
  const readAll = async (client: AccountClient, context: ReadContext): Promise<ReadRecords> => {
    const answer = await client.request({ method: 'GET', path: list.path, signal: context.signal })
    const envelope = z.looseObject({ [list.list]: z.array(z.unknown()) })
    const records = readWire(envelope, answer.body, { provider: PROVIDER, stream: list.name })[list.list]
    const { good, failed } = sift(Array.isArray(records) ? records : [], idOf, map)
    // One that does not say who it is may be any of those that seem to have vanished.
    if (failed.some(({ remoteId }) => remoteId === null)) return { changes: good, failed }
    const present = new Set([...good, ...failed].map(({ remoteId }) => remoteId))
    const vanished = (await context.stored(list.kind)).filter((remoteId) => !present.has(remoteId))
    return { changes: [...good, ...vanished.map((remoteId) => gone(list.kind, remoteId))], failed }
  }
  return {
    name: list.name,
    kind: list.kind,
    everyMs: list.everyMs,
    read: async (client, _cursor, context) => {
      const { changes, failed } = await readAll(client, context)
      const total = changes.filter((change) => change.op === 'upsert').length + failed.length
      return { changes, failed, cursor: {}, done: true, total }
    },
    readOne: (client, remoteId, context) =>
      readOrGone(list.kind, remoteId, async () => {
        const path = `${list.path}/${encodeURIComponent(remoteId)}`
        return [map((await client.request({ method: 'GET', path, signal: context.signal })).body)]
      }),
  }
}

/** Teammates: few, and read often since they say who is away. */
export const admins = wholeList({
  name: 'admins',
  kind: 'agent',
  everyMs: 5 * MINUTE_MS,
  path: '/admins',
  list: 'admins',
  schema: wireAdmin,
  map: toAgent,
})

/** Teams of teammates. */
export const teams = wholeList({
  name: 'teams',
  kind: 'team',
  everyMs: 15 * MINUTE_MS,
  path: '/teams',
  list: 'teams',
  schema: wireTeam,
  map: toTeam,
})

/** Tags of the workspace. */
export const tags = wholeList({
  name: 'tags',
  kind: 'tag',
  everyMs: 15 * MINUTE_MS,
  path: '/tags',
  list: 'data',
  schema: wireTag,
  map: toTag,
})
