import { readFile } from 'node:fs/promises'
import { parse } from 'graphql'
import { pino } from 'pino'
import { readConfig } from '../../config.ts'
import { type Foundation, openFoundation, toServices } from '../../foundation.ts'
import { createExecutor } from '../../gateway/execute/executor.ts'
import type { OperationResult } from '../../gateway/execute/run.ts'
import { createInProcessTransport } from '../../gateway/transport/in-process.ts'
import type { Actions } from '../../kit/actions.ts'
import type { Connector } from '../../kit/contract.ts'
import type { Change, Origin } from '../../store/change.ts'
import { toNodeId } from '../../store/id.ts'
import type { Store } from '../../store/store.ts'
import type { WorkspaceRole } from '../../store/viewer.ts'
import { contextFactory, type Services } from '../../subgraphs/context.ts'
import { buildSubgraphs } from '../../subgraphs/graph.ts'
import { connectors } from '../../subgraphs/registry.ts'
import { openTestStore } from '../setup/store.ts'
import { batch, makeIntegration } from '../store/records.ts'

/** What a graph may have otherwise. */
export interface GraphOptions {
  readonly connectors?: readonly Connector[]
  /** What can be done at providers, in place of what connectors of the registry do there. */
  readonly actions?: Actions
  readonly environment?: Readonly<Record<string, string>>
  /** Opens what works that which is asked for, over the same ways to accounts. */
  readonly ingest?: (foundation: Foundation) => Promise<Pick<Services, keyof typeof NO_INGEST> & AsyncDisposable>
}

/** Nobody works what is asked for. */
const nothing = (): Promise<void> => Promise.resolve()
const NO_INGEST = {
  requestSync: nothing,
  requestAudit: nothing,
  requestSubscription: nothing,
  requestBulk: nothing,
  requestDeliveries: nothing,
}

/** The whole graph over a store of its own, in this process; rows come by `apply`, and no provider is there. */
export interface GraphSite extends AsyncDisposable {
  readonly store: Store
  readonly workspaceId: string
  readonly integrationId: string
  /** The integration's global id. */
  readonly integration: string
  /** Stores changes as of second `n`. */
  say(n: number, changes: readonly Change[], origin?: Origin): Promise<void>
  /** Runs an operation as a member, and answers what a client parses. */
  ask(query: string, as?: { readonly role?: WorkspaceRole; readonly workspaceId?: string }): Promise<unknown>
  /** Follows a subscription; ending the iterator ends it. */
  follow(query: string): Promise<AsyncIterableIterator<unknown>>
}

/** Opens the graph, over the connectors of the registry unless others are given, and with nobody who syncs. */
export async function openGraph({ environment = {}, actions, ...given }: GraphOptions = {}): Promise<GraphSite> {
  const opened = new AsyncDisposableStack()
  const { store, workspaceId, memberId } = opened.use(await openTestStore())
  const { integrationId } = await makeIntegration(store.database, { workspaceId })
  const logger = pino({ level: 'silent' })
  const config = readConfig({ SWITCHBOARD_DEMO: '0', ...environment }, 'all')
  const foundation = opened.use(
    openFoundation(config, {
      store,
      connectors: given.connectors ?? connectors.map((each) => (actions ? { ...each, actions } : each)),
      logger,
    }),
  )
  const ingest = given.ingest === undefined ? NO_INGEST : opened.use(await given.ingest(foundation))
  const contextFor = contextFactory(toServices(config, foundation, ingest))
  const subgraphs = await buildSubgraphs()
  const executor = await createExecutor({
    supergraphSdl: await readFile('schema/supergraph.graphql', 'utf8'),
    transports: Object.fromEntries(
      subgraphs.map(({ name, schema }) => [name, createInProcessTransport({ schema, contextFor })]),
    ),
    deadlineMs: 10_000,
  })
  const request = (query: string, as: { role?: WorkspaceRole; workspaceId?: string } = {}) => ({
    document: parse(query),
    viewer: { workspaceId, memberId, role: 'OWNER', tokenId: 'test', expiresAt: null, ...as } as const,
    requestId: 'test',
    signal: new AbortController().signal,
  })
  // What an answer cost is told to clients who ask, and nothing of the data.
  const parsed = ({ data, errors }: OperationResult): unknown => JSON.parse(JSON.stringify({ data, errors }))
  return {
    store,
    integrationId,
    workspaceId,
    integration: toNodeId('integration', integrationId),
    async say(n, changes, origin = 'sync') {
      await store.apply(batch(integrationId, n, changes, { origin }))
    },
    ask: async (query, as) => parsed(await executor.execute(request(query, as))),
    async follow(query) {
      const source = await executor.subscribe(request(query))
      if (!('next' in source)) throw new Error(`the subscription was refused: ${JSON.stringify(source)}`)
      return source
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}
