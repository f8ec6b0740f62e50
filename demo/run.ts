import type { Logger } from 'pino'
import type { Config } from '../config.ts'
import type { Foundation } from '../foundation.ts'
import type { SyncRequests } from '../ingest/requests.ts'
import type { Integration } from '../store/integrations.ts'
import type { Key } from '../store/vault.ts'
import { banner } from './banner.ts'
import { connectTwin, connectTwinOnceThere, PROVIDER, type TwinOptions } from './connect.ts'
import { tellFirstSync } from './progress.ts'
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
 * Makes the demo's workspace, connects its simulated Intercom, and says what to try.
 *
 * A simulated Intercom that is not there yet is connected as soon as it is. Disposing stops that, and what is told.
 */
export async function runDemo(options: DemoOptions): Promise<AsyncDisposable> {
  const { config, foundation, ingest, url } = options
  const stopping = new AbortController()
  const workspace = await openDemoWorkspace(foundation.store, config.demoToken ?? demoToken(options.keys))
  const twinUrl = config.providers[PROVIDER]?.url ?? null
  if (config.role === 'all' || config.role === 'gateway') {
    console.log(banner({ url: config.port === 0 ? url : config.publicUrl, token: workspace.token, twinUrl }))
  }
  const connecting =
    ingest === null || twinUrl === null ? null : { config, foundation, ingest, workspace, twinUrl, url }
  // What cannot pass by itself ends the start; what can is waited for beside it.
  const integration = connecting && (await connectTwin(connecting))
  if (connecting) void follow(options, { connecting, integration, signal: stopping.signal })
  return {
    async [Symbol.asyncDispose]() {
      stopping.abort()
    },
  }
}

interface Following {
  readonly connecting: TwinOptions
  /** Null while the simulated Intercom is not there. */
  readonly integration: Integration | null
  readonly signal: AbortSignal
}

/** Goes on until the first sync was told. Never rejects. */
async function follow(options: DemoOptions, { connecting, integration, signal }: Following): Promise<void> {
  const { logger } = options
  try {
    if (integration === null) {
      logger.warn(`the simulated Intercom at ${connecting.twinUrl} does not answer; it is connected as soon as it does`)
    }
    const connected = integration ?? (await connectTwinOnceThere(connecting, signal))
    if (connected === null) return
    if (integration === null) logger.info(`the simulated Intercom at ${connecting.twinUrl} is connected`)
    await tell(options, connected, signal)
  } catch (error) {
    if (!signal.aborted) logger.error({ err: error }, 'the demo goes on without its simulated Intercom, or its news')
  }
}

async function tell({ foundation, config }: DemoOptions, integration: Integration, signal: AbortSignal): Promise<void> {
  if (config.role !== 'all') return
  const connector = foundation.connectors.find((each) => each.provider === integration.provider)
  const streams = (connector?.streams ?? []).map((stream) => stream.name)
  const say = (line: string): void => console.log(`  first sync  ${line}`)
  await tellFirstSync(foundation.store, { ...integration, streams }, { say, signal })
}
