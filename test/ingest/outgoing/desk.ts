import { openOutgoing, type Outgoing, type OutgoingOptions } from '../../../ingest/outgoing/outgoing.ts'
import { openEgress } from '../../../kit/egress.ts'
import type { Change } from '../../../store/change.ts'
import type { Endpoint, EndpointDraft } from '../../../store/outgoing/endpoints.ts'
import type { Store } from '../../../store/store.ts'
import type { TestServer } from '../../setup/servers.ts'
import { openTestStore, TestClock } from '../../setup/store.ts'
import { batch, makeIntegration, upsert } from '../../store/records.ts'

/** A workspace in which things happen, and what is needed to tell others of them. */
export interface Desk extends AsyncDisposable {
  readonly store: Store
  readonly url: string
  readonly workspaceId: string
  readonly clock: TestClock
  readonly log: string[]
  /** Makes an endpoint; it is told of companies unless something else is said. */
  endpoint(draft: Pick<EndpointDraft, 'url'> & Partial<EndpointDraft>): Promise<{ endpoint: Endpoint; secret: string }>
  /** The endpoint as it stands. */
  standing(endpoint: Endpoint): Promise<Endpoint | null>
  /** Makes `count` companies, one event each; answers the ids of their rows. */
  happen(count?: number): Promise<readonly string[]>
  /** Stores changes. */
  say(changes: readonly Change[], origin?: 'sync' | 'backfill'): Promise<void>
  /** Starts a sender; disposing of the desk ends it. */
  start(options?: Partial<OutgoingOptions>): Outgoing
  /** How tries went, newest first. */
  attempts(endpoint: Endpoint): Promise<readonly { outcome: string; try: number; webhookId: string }[]>
  /** How many messages of an endpoint are in a state. */
  count(endpoint: Endpoint, state: 'PENDING' | 'DELIVERED' | 'FAILED'): Promise<number>
}

/** Where the receivers of tests are. */
export const LOOPBACK = [{ address: '127.0.0.0', prefix: 8 }]

/** Opens a desk on a database of its own. Time stands still until the clock is moved. */
export async function openDesk(server?: TestServer): Promise<Desk> {
  await using opened = new AsyncDisposableStack()
  const clock = new TestClock()
  const { store, url, workspaceId } = opened.use(await openTestStore({ now: clock.now, ...(server && { server }) }))
  const { integrationId } = await makeIntegration(store.database, { workspaceId })
  const egress = opened.use(openEgress(LOOPBACK))
  const log: string[] = []
  let said = 0
  const everything = opened.move()
  return {
    store,
    url,
    workspaceId,
    clock,
    log,
    async endpoint(draft) {
      const types = { eventTypes: ['company.created'], includeBackfill: false, description: '' }
      const made = await store.endpoints.create(workspaceId, { ...types, ...draft })
      if (made === null) throw new Error('there are too many endpoints')
      return made
    },
    standing: ({ id }) => store.endpoints.find(workspaceId, id),
    async happen(count = 1) {
      const changes = Array.from({ length: count }, () => upsert('company', String((said += 1))))
      const { changed } = await store.apply(batch(integrationId, said, changes))
      return changed.map(({ id }) => id)
    },
    async say(changes, origin = 'sync') {
      await store.apply(batch(integrationId, (said += 1), changes, { origin }))
    },
    start(options = {}) {
      const { dispatcher } = egress
      const waits = { pollMs: 20, deadlineMs: 10_000 }
      const outgoing = openOutgoing({ store, clock, dispatcher, log: (line) => log.push(line), ...waits, ...options })
      everything.defer(() => outgoing.close())
      return outgoing
    },
    attempts: async (endpoint) => (await store.endpoints.attempts(endpoint, { first: 100, after: null })).rows,
    async count({ id }, state) {
      const sql = 'select count(*)::int as count from endpoint_message where endpoint_id = $1 and state = $2'
      return (await store.database.system.query<{ count: number }>(sql, [id, state]))[0]?.count ?? 0
    },
    [Symbol.asyncDispose]: () => everything.disposeAsync(),
  }
}
