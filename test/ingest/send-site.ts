import { createIngestRole } from '../../ingest/role.ts'
import type { Foundation } from '../../foundation.ts'
import type { Thread } from '../../kit/actions.ts'
import type { AccountClient } from '../../kit/account-client.ts'
import type { Connector } from '../../kit/contract.ts'
import { readContext } from '../../kit/read-context.ts'
import type { Change, Upsert } from '../../store/change.ts'
import { rowId, toNodeId } from '../../store/id.ts'
import type { Credential, Settings } from '../../store/account.ts'
import { connectors } from '../../subgraphs/registry.ts'
import { type Hands, TWINS } from '../metrics/started-twins.ts'
import { batch } from '../store/records.ts'
import { type GraphSite, openGraph } from '../subgraphs/graph-site.ts'

/** A thread that is mirrored, and what really stands in it. */
export interface SendThread {
  readonly thread: Thread
  /** The field of inputs that names it, with its global id: `conversationId: "…"`. */
  readonly named: string
  /** How often each text stands in it at the provider. */
  counts(): Promise<ReadonlyMap<string, number>>
}

/** A customer to whom one can write. */
export interface SendContact {
  readonly remoteId: string
  /** Global. */
  readonly id: string
}

/** The graph and the ingest role over a twin of one provider, with its real connector; nothing is synced. */
export interface SendSite extends GraphSite {
  readonly hands: Hands
  readonly log: readonly string[]
  /** Threads that customers have just begun, mirrored. */
  readonly threads: readonly SendThread[]
  /** One of those customers, mirrored. */
  readonly contact: SendContact
  /** What can go wrong with the next requests, as the twin's control API takes it; nothing mends all. */
  faults(settings?: Readonly<Record<string, unknown>>): Promise<void>
  /** Another process that does sends. */
  openAnother(): Promise<AsyncDisposable>
}

/** Waits as short as can be, so that a test of them is none of patience. */
const TIMING = { sendPollMs: 50, sendRetries: { tries: Number.POSITIVE_INFINITY, firstDelayMs: 1, maxDelayMs: 20 } }

const UNSIGNED: Credential = { accessToken: null, refreshToken: null, expiresAt: null, fields: {} }

/** A connector that syncs nothing, and takes for certain at once what the provider is given a minute for. */
const quick = (connector: Connector): Connector => {
  const { looks } = connector
  if (looks === undefined) return { ...connector, streams: [] }
  const { thread, beginning, repeats } = looks
  const soon = {
    ...(thread && { thread: { ...thread, certainAfterMs: 0 } }),
    ...(beginning && { beginning: { ...beginning, certainAfterMs: beginning.certainAfterMs === null ? null : 0 } }),
    ...(repeats && { repeats }),
  }
  return { ...connector, streams: [], looks: soon }
}

/** Whether a change tells of a thread in which one can write. */
const isOpen = (change: Change): change is Upsert<'conversation'> | Upsert<'ticket'> =>
  change.op === 'upsert' &&
  (change.kind === 'conversation' || change.kind === 'ticket') &&
  !['SOLVED', 'CLOSED'].includes(change.fields.status)

/** Opens it with so many threads. */
export async function openSendSite(provider: keyof typeof TWINS, threads = 3): Promise<SendSite> {
  await using opened = new AsyncDisposableStack()
  const { twin, hands, ...account } = await TWINS[provider](() => new Date())
  opened.use(twin)
  const log: string[] = []
  const openRole = async (foundation: Foundation) => {
    const role = await createIngestRole({
      ...foundation,
      eventsKept: { days: 7, most: 1_000_000 },
      log: (line) => log.push(line),
      timing: TIMING,
    })
    return { ...role, [Symbol.asyncDispose]: () => role.close() }
  }
  let ground: Foundation | null = null
  const graph = opened.use(
    await openGraph({
      connectors: connectors.map(quick),
      ingest(foundation) {
        ground = foundation
        return openRole(foundation)
      },
    }),
  )
  const foundation = ground as Foundation | null // set by `ingest` above
  const connector = connectors.find((each) => each.provider === provider)
  const look = connector?.looks?.thread
  if (foundation === null || connector === undefined || look === undefined) throw new Error(`${provider} does not look`)
  const credential = { ...UNSIGNED, ...account.credential }
  const given: Settings = { region: null, actorRemoteId: null, ...account.settings }
  const { actorRemoteId } = await connector.identify(
    foundation.accounts.openCandidate({ connector, settings: given, credential }),
  )
  const { store, workspaceId } = graph
  const integration = await store.integrations.create(
    {
      workspaceId,
      provider,
      name: provider,
      settings: { ...given, actorRemoteId },
      account: { id: account.accountId, name: provider, region: null, actorRemoteId },
    },
    (within, id) => store.credentials.save(id, credential, { within }),
  )
  const client: AccountClient = await foundation.accounts.open(integration.id, 'backfill')
  const kind = provider === 'intercom' ? 'conversation' : 'ticket'
  const all: SendThread[] = []
  let contact: SendContact | null = null
  const mirrorContact = async (changes: readonly Change[]): Promise<SendContact> => {
    const [remoteId] = changes.flatMap((change) => (isOpen(change) ? change.fields.contactRemoteIds : []))
    const stream = connector.streams.find(({ kind }) => kind === 'contact')
    if (remoteId === undefined || !stream?.readOne) throw new Error(`${provider} shows no contact of a thread`)
    const reading = { integrationId: integration.id, stream: stream.name }
    const { signal } = new AbortController()
    const context = readContext(store, reading, { now: new Date(), signal })
    await store.apply(batch(integration.id, 1, await stream.readOne(client, remoteId, context)))
    return { remoteId, id: toNodeId('contact', rowId(integration.id, 'contact', remoteId)) }
  }
  for (let n = 0; n < threads; n += 1) await hands.act('/customers/open', { body: 'Is anybody there?' })
  for (const remoteId of (await hands.ids(`${kind}s`)).toReversed()) {
    const thread: Thread = { kind, remoteId }
    const changes = await look.read(client, thread)
    if (all.length === threads || !changes.some(isOpen)) continue
    await store.apply(batch(integration.id, 1, changes))
    contact ??= await mirrorContact(changes)
    all.push({
      thread,
      named: `${kind}Id: "${toNodeId(kind, rowId(integration.id, kind, remoteId))}"`,
      async counts() {
        const texts = (await look.read(client, thread)).flatMap((change) =>
          change.op === 'upsert' && change.kind === 'message' ? [change.fields.text ?? ''] : [],
        )
        return new Map([...Map.groupBy(texts, (text) => text)].map(([text, same]) => [text, same.length]))
      },
    })
  }
  if (contact === null) throw new Error(`nobody wrote at ${provider}`)
  const everything = opened.move()
  return {
    ...graph,
    hands,
    log,
    threads: all,
    contact,
    async faults(settings) {
      await twin.control(settings === undefined ? 'DELETE' : 'POST', '/faults', settings)
    },
    openAnother: () => openRole(foundation),
    [Symbol.asyncDispose]: () => everything.disposeAsync(),
  }
}
