import type { Logger } from 'pino'
import type { Config } from '../config.ts'
import type { Foundation } from '../foundation.ts'
import type { SyncRequests } from '../ingest/requests.ts'
import type { Integration } from '../store/integrations.ts'
import type { Key } from '../store/vault.ts'
import { banner } from './banner.ts'
import { connectTwin, connectTwinOnceThere, type TwinOptions } from './connect.ts'
import { tellFirstSync } from './progress.ts'
import { simulatedProviders } from './simulated.ts'
import { demoToken, openDemoWorkspace } from './workspace.ts'

/** What the demo is run with. */
export interface DemoOptions {
  readonly config: Config
  readonly foundation: Foundation
  /** Of the installation: where no token is set, each process makes the same one of them. */
  readonly keys: readonly Key[]
  /** Null where another process syncs: that one connects the simulated provider. */
  readonly ingest: SyncRequests | null
  /** Where this process listens. */
  readonly url: string
  readonly logger: Logger
}

/**
 * Makes the demo's workspace, connects its simulated providers, and says what to try.
 *
 * One that is not there yet is connected as soon as it is. Disposing stops that, and what is told.
 */
export async function runDemo(options: DemoOptions): Promise<AsyncDisposable> {
  const { config, foundation, ingest, url } = options
  const stopping = new AbortController()
  const workspace = await openDemoWorkspace(foundation.store, config.demoToken ?? demoToken(options.keys))
  const there = config.simulated.flatMap((name) => {
    const twinUrl = config.providers[name]?.url ?? null
    return twinUrl === null ? [] : [{ provider: simulatedProviders[name], twinUrl }]
  })
  if (config.role === 'all' || config.role === 'gateway') {
    const twins = there.map(({ provider, twinUrl }) => ({ title: provider.title, url: twinUrl }))
    console.log(banner({ url: config.port === 0 ? url : config.publicUrl, token: workspace.token, twins }))
  }
  if (ingest !== null) {
    await Promise.all(
      there.map(async (twin) => {
        const connecting = { ...twin, config, foundation, ingest, workspace, url }
        // What cannot pass by itself ends the start; what can is waited for beside it.
        const integration = await connectTwin(connecting)
        void follow(options, { connecting, integration, signal: stopping.signal })
      }),
    )
  }
  return {
    async [Symbol.asyncDispose]() {
      stopping.abort()
    },
  }
}

interface Following {
  readonly connecting: TwinOptions
  /** Null while the simulated provider is not there. */
  readonly integration: Integration | null
  readonly signal: AbortSignal
}

/** Goes on until the first sync was told. Never rejects. */
async function follow(options: DemoOptions, { connecting, integration, signal }: Following): Promise<void> {
  const { logger } = options
  const { provider, twinUrl } = connecting
  try {
    if (integration === null) {
      logger.warn(`the simulated ${provider.title} at ${twinUrl} does not answer; it is connected as soon as it does`)
    }
    const connected = integration ?? (await connectTwinOnceThere(connecting, signal))
    if (connected === null) return
    if (integration === null) logger.info(`the simulated ${provider.title} at ${twinUrl} is connected`)
    await tell(options, connected, { title: provider.title, signal })
  } catch (error) {
    if (signal.aborted) return
    logger.error({ err: error }, `the demo goes on without its simulated ${provider.title}, or its news`)
  }
}

async function tell(
  { foundation, config }: DemoOptions,
  integration: Integration,
  { title, signal }: { readonly title: string; readonly signal: AbortSignal },
): Promise<void> {
  if (config.role !== 'all') return
  const connector = foundation.connectors.find((each) => each.provider === integration.provider)
  const streams = (connector?.streams ?? []).map((stream) => stream.name)
  const say = (line: string): void => console.log(`  first sync  ${title} ${line}`)
  await tellFirstSync(foundation.store, { ...integration, streams }, { say, signal })
}
