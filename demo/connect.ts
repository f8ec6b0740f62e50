import { setTimeout as wait } from 'node:timers/promises'
import type { Config } from '../config.ts'
import type { Foundation } from '../foundation.ts'
import type { SyncRequests } from '../ingest/requests.ts'
import { ProviderError } from '../kit/errors.ts'
import type { Integration } from '../store/integrations.ts'
import { connect } from '../subgraphs/integrations/connect.ts'
import { type SimulatedProvider } from './simulated.ts'
import type { DemoWorkspace } from './workspace.ts'

/** What a simulated provider is connected with. */
export interface TwinOptions {
  readonly provider: SimulatedProvider
  readonly config: Config
  readonly foundation: Foundation
  readonly ingest: SyncRequests
  readonly workspace: DemoWorkspace
  /** Where the simulated provider is. */
  readonly twinUrl: string
  /** Where this process listens. */
  readonly url: string
}

/** A simulated provider does not answer, or not as it should. It may still come. */
class TwinAwayError extends Error {}

const TRY_AGAIN_MS = 1_000
const ANSWER_TIMEOUT_MS = 10_000

/** True where the same may go well later. */
const isPassing = (error: unknown): boolean =>
  error instanceof TwinAwayError || (error instanceof ProviderError && error.recovery === 'retry')

/**
 * Connects a simulated provider unless it is connected, and has it send its webhooks here.
 *
 * @returns null when it does not answer (yet)
 */
export async function connectTwin(options: TwinOptions): Promise<Integration | null> {
  try {
    // Asked before anything is tried, so that one who is not there costs one sentence and not five tries.
    await ask(`${options.twinUrl}/health/ready`)
    const integration = (await findConnected(options)) ?? (await connectNow(options))
    await subscribe(options)
    return integration
  } catch (error) {
    if (isPassing(error)) return null
    throw error
  }
}

/** Tries until it is connected; null when `signal` ends it before. */
export async function connectTwinOnceThere(options: TwinOptions, signal: AbortSignal): Promise<Integration | null> {
  for (;;) {
    // Ended while it waits, it says so below.
    await wait(TRY_AGAIN_MS, undefined, { signal }).catch(() => undefined)
    const integration = signal.aborted ? null : await connectTwin(options)
    if (integration !== null || signal.aborted) return integration
  }
}

async function findConnected({
  provider,
  foundation,
  workspace,
  twinUrl,
}: TwinOptions): Promise<Integration | undefined> {
  const known = await foundation.store.integrations.list(workspace.workspaceId, { provider: provider.name })
  return known.find((each) => each.status === 'DISCONNECTED' || each.settings.baseUrl === twinUrl)
}

function connectNow({ provider, foundation, ingest, workspace, twinUrl }: TwinOptions): Promise<Integration> {
  const { store, accounts, connectors } = foundation
  const connector = connectors.find((each) => each.provider === provider.name)
  if (connector === undefined) throw new Error(`the demo needs the connector ${provider.name}`)
  return connect(
    {
      store,
      openCandidate: (candidate) => accounts.openCandidate(candidate),
      requestSync: (id) => ingest.requestSync(id),
      requestSubscription: (id) => ingest.requestSubscription(id),
    },
    { ...workspace, name: null },
    {
      connector,
      settings: { ...provider.settings, baseUrl: twinUrl, actorRemoteId: null },
      credential: {
        accessToken: null,
        refreshToken: null,
        expiresAt: null,
        fields: provider.fields,
      },
    },
  )
}

/** Names the address of webhooks where a person would, in the settings of our app; others are asked for them by API. */
async function subscribe({ config, provider, foundation, twinUrl, url }: TwinOptions): Promise<void> {
  const connector = foundation.connectors.find((each) => each.provider === provider.name)
  if (connector?.webhook?.addressee !== 'app') return
  const webhooksUrl = config.role === 'all' ? `${url}/webhooks` : config.twinsWebhooksUrl
  const { ok, status } = await ask(`${twinUrl}/__twin/webhooks`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ url: `${webhooksUrl}/${provider.name}` }),
  })
  if (!ok) throw new Error(`the simulated ${provider.title} did not take the webhook address: HTTP ${status}`)
}

/** @throws TwinAwayError there is no answer */
async function ask(url: string, request: RequestInit = {}): Promise<{ readonly ok: boolean; readonly status: number }> {
  try {
    const answer = await fetch(url, { ...request, signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) })
    await answer.body?.cancel()
    return answer
  } catch (cause) {
    throw new TwinAwayError(`${url} does not answer`, { cause })
  }
}
