import type { Change } from '../store/change.ts'
import type { Kind } from '../store/kinds.ts'
import type { AccountClient } from './account-client.ts'
import { toListed } from './audit.ts'
import type { AuditPage, ReadContext, Stream } from './contract.ts'
import { gone, readOrGone } from './gone.ts'
import { type ReadRecords, sift } from './read-each.ts'

/** A list that is small enough to be read whole each time, and how it is read. */
export interface WholeList {
  readonly name: string
  readonly kind: Kind
  readonly everyMs: number
  /** How the remote ids of its records begin, where several lists share a kind. */
  readonly prefix?: string
  /** Every record, all pages of them. */
  readonly readAll: (client: AccountClient, signal: AbortSignal) => Promise<readonly unknown[]>
  /** The remote id of a record that may be odd otherwise; null when it says none. */
  readonly remoteIdOf: (record: unknown) => string | null
  /** @throws MalformedError */
  readonly map: (record: unknown) => Change
  /** Reads one record by itself; null where the provider cannot. @throws NotFoundError it is gone */
  readonly readOne: ((client: AccountClient, remoteId: string, signal: AbortSignal) => Promise<unknown>) | null
}

/** Each run is as good as an audit, so that audits are only to count. */
const AUDIT_EVERY_MS = 24 * 3_600_000

/** A stream that reads its list whole: what is stored and no longer listed has vanished. */
export function wholeList(list: WholeList): Stream {
  const { readOne } = list
  return {
    name: list.name,
    kind: list.kind,
    everyMs: list.everyMs,
    read: async (client, _cursor, context) => {
      const { changes, failed } = await readWhole(list, client, context)
      const total = changes.filter((change) => change.op === 'upsert').length + failed.length
      return { changes, failed, cursor: {}, done: true, total }
    },
    readOne:
      readOne &&
      ((client, remoteId, context) =>
        readOrGone(list.kind, remoteId, async () => [list.map(await readOne(client, remoteId, context.signal))])),
    audit: {
      method: 'FULL_PASS',
      everyMs: AUDIT_EVERY_MS,
      ...(list.prefix !== undefined && { prefix: list.prefix }),
      list: (client, _cursor, context) => listWhole(list, client, context.signal),
    },
  }
}

async function listWhole(list: WholeList, client: AccountClient, signal: AbortSignal): Promise<AuditPage> {
  const { good, failed } = sift(await list.readAll(client, signal), list.remoteIdOf, list.map)
  const page = toListed(list.kind, { records: good.map((change) => [change]), failed })
  return { ...page, cursor: {}, done: true, total: null }
}

async function readWhole(list: WholeList, client: AccountClient, context: ReadContext): Promise<ReadRecords> {
  const records = await list.readAll(client, context.signal)
  const { good, failed } = sift(records, list.remoteIdOf, list.map)
  // One that does not say who it is may be any of those that seem to have vanished.
  if (failed.some(({ remoteId }) => remoteId === null)) return { changes: good, failed }
  const present = new Set([...good, ...failed].map(({ remoteId }) => remoteId))
  const vanished = (await context.stored(list.kind)).filter(
    (remoteId) => !present.has(remoteId) && remoteId.startsWith(list.prefix ?? ''),
  )
  return { changes: [...good, ...vanished.map((remoteId) => gone(list.kind, remoteId))], failed }
}
