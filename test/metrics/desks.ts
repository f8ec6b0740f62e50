import { Agent, type Dispatcher } from 'undici'
import { SYNC_RETRIES } from '../../ingest/retry.ts'
import { runStream } from '../../ingest/sync.ts'
import { openBreaker } from '../../kit/breaker.ts'
import { openBudget } from '../../kit/budget.ts'
import { openClient } from '../../kit/client.ts'
import type { AccountClient } from '../../kit/account-client.ts'
import type { Clock } from '../../kit/clock.ts'
import type { Connector } from '../../kit/contract.ts'
import type { Credential } from '../../store/account.ts'
import type { Integration } from '../../store/integrations.ts'
import type { Kind } from '../../store/kinds.ts'
import type { Store } from '../../store/store.ts'
import { connectors } from '../../subgraphs/registry.ts'
import { createSkippingClock } from '../kit/clocks.ts'
import { type Hands, type Started, TWINS } from './started-twins.ts'

/** A provider's twin, connected. */
export interface Desk extends Hands {
  readonly provider: string
  readonly integration: Integration
}

/** The three desks in one workspace, at one time that a test moves. */
export interface Desks extends AsyncDisposable {
  readonly intercom: Desk
  readonly freshdesk: Desk
  readonly zendesk: Desk
  readonly now: () => Date
  /** Lets time pass, to a moment that is to come. */
  readonly until: (moment: string) => Promise<void>
  readonly pass: (seconds: number) => Promise<void>
  /**
   * Reads what changed at the desks, or at one, into the store, by the connectors, as the product does: at first
   * everything, and then threads with all that belongs to them.
   */
  readonly sync: (provider?: string) => Promise<void>
}

const never = new AbortController().signal
/** What has happened is exported by one of them when it is a minute old. */
const EXPORTED_MS = 61_000
const UNSIGNED: Credential = { accessToken: null, refreshToken: null, expiresAt: null, fields: {} }
/** Starts the twins at a moment and connects them to the workspace; nothing is read yet. */
export async function openDesks(store: Store, workspaceId: string, from: string): Promise<Desks> {
  await using opened = new AsyncDisposableStack()
  const clock = createSkippingClock()
  const until = (moment: string): Promise<void> => clock.wait(Date.parse(moment) - clock.now().getTime())
  await until(from)
  const dispatcher = new Agent()
  opened.defer(() => dispatcher.close())
  const sources: Source[] = []

  const open = async (provider: keyof typeof TWINS): Promise<Desk> => {
    const { twin, hands, ...started } = await TWINS[provider](() => clock.now())
    opened.use(twin)
    const source = await connect(started, { store, workspaceId, provider, clock, dispatcher })
    sources.push(source)
    return { ...hands, provider, integration: source.integration }
  }

  const intercom = await open('intercom')
  const freshdesk = await open('freshdesk')
  const zendesk = await open('zendesk')
  const everything = opened.move()
  return {
    intercom,
    freshdesk,
    zendesk,
    now: () => clock.now(),
    until,
    pass: (seconds) => clock.wait(seconds * 1000),
    async sync(provider) {
      await clock.wait(EXPORTED_MS)
      for (const source of sources) {
        if (provider === undefined || source.connector.provider === provider) await read(store, clock, source)
      }
    },
    [Symbol.asyncDispose]: () => everything.disposeAsync(),
  }
}

const OF_THREADS: ReadonlySet<Kind> = new Set<Kind>(['conversation', 'ticket', 'rating'])

interface Source {
  readonly connector: Connector
  readonly client: AccountClient
  readonly integration: Integration
}

interface Connecting {
  readonly store: Store
  readonly workspaceId: string
  readonly provider: string
  readonly clock: Clock
  readonly dispatcher: Dispatcher
}

async function connect(started: Omit<Started, 'twin' | 'hands'>, connecting: Connecting): Promise<Source> {
  const { store, workspaceId, provider, clock, dispatcher } = connecting
  const connector = connectors.find((each) => each.provider === provider)
  if (connector === undefined) throw new Error(`${provider} has no connector`)
  const { accountId } = started
  const settings = { region: null, actorRemoteId: null, ...started.settings }
  const credential = { ...UNSIGNED, ...started.credential }
  const account = { id: accountId, name: provider, region: null, actorRemoteId: null }
  const integration = await store.integrations.create({ workspaceId, provider, name: provider, settings, account })
  const client = openClient({
    connector,
    accountId,
    settings,
    credential: () => Promise.resolve(credential),
    budget: openBudget({ provider, api: connector.api, clock }),
    breaker: openBreaker(clock),
    lane: 'backfill',
    dispatcher,
    clock,
    random: () => 0.5,
    log: () => undefined,
    signal: never,
  })
  return { connector, client, integration }
}

async function read(store: Store, clock: Clock, source: Source): Promise<void> {
  const completed = await store.checkpoints.completedAt(source.integration.id)
  for (const stream of source.connector.streams) {
    if (completed.has(stream.name) && !OF_THREADS.has(stream.kind)) continue
    await runStream({
      ...source,
      store,
      stream,
      clock,
      stop: never,
      signal: never,
      retries: SYNC_RETRIES,
      log: () => undefined,
      afterPage: () => Promise.resolve(),
    })
  }
}
