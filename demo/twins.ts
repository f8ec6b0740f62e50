import { join } from 'node:path'
import type { Config } from '../config.ts'
import { homeProblem } from '../foundation.ts'
import { SIMULATED, type Simulated } from '../provider-settings.ts'
import { PortTakenError } from '../server/listen.ts'
import { type RunningTwin, simulatedProviders } from './simulated.ts'

/** How often a customer or an agent of one simulated provider does something. */
const TRAFFIC_EVERY_MS = 6_000

/** The simulated providers that run in this process, by name. */
export interface DemoTwins extends AsyncDisposable {
  readonly urls: ReadonlyMap<Simulated, string>
}

/**
 * Starts simulated providers, with customers who keep writing.
 *
 * They live under the home and outlive the process, as the mirror of them does: what was written is there after a restart
 * or a kill, under the ids it had. Webhooks that were not sent by then are lost; the next sync finds what they told.
 *
 * @param names those to start; each listens on the port of its place among all that there are
 * @throws PortTakenError
 * @throws StateInUseError another process runs them under the same home
 */
export async function startDemoTwins(config: Config, names: readonly Simulated[]): Promise<DemoTwins> {
  await using opened = new AsyncDisposableStack()
  const urls = new Map<Simulated, string>()
  for (const name of names) {
    const twin = opened.use(await startTwin(config, name))
    urls.set(name, twin.url)
    twin.startTraffic({ everyMs: TRAFFIC_EVERY_MS })
  }
  const running = opened.move()
  return { urls, [Symbol.asyncDispose]: () => running.disposeAsync() }
}

async function startTwin(config: Config, name: Simulated): Promise<RunningTwin> {
  const { title, start } = simulatedProviders[name]
  const port = config.twinsPort === 0 ? 0 : config.twinsPort + SIMULATED.indexOf(name)
  const { clientId, clientSecret } = config.providers[name] ?? {}
  try {
    return await start({
      port,
      host: config.host,
      statePath: join(config.home, 'twins', name),
      log: (line) => console.error(`Simulated ${title}: ${line}`),
      app: { clientId: clientId ?? '', clientSecret: clientSecret ?? '' },
    })
  } catch (error) {
    const setting = config.role === 'twins' ? 'PORT' : 'SWITCHBOARD_TWINS_PORT'
    const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
    if (isTaken) throw new PortTakenError(port, setting, { cause: error })
    throw homeProblem(error, config.home, `the simulated ${title}`)
  }
}

/** The settings of the one-process demo: where no other address is set, simulated providers run here too. */
export async function withTwins(config: Config, opened: AsyncDisposableStack): Promise<Config> {
  if (!config.demo || config.role !== 'all') return config
  const names = config.simulated.filter((name) => config.providers[name]?.url === null)
  const { urls } = opened.use(await startDemoTwins(config, names))
  const providers = Object.entries(config.providers).map(([name, provider]) => {
    const started = [...urls].find(([twin]) => twin === name)
    return [name, started === undefined ? provider : { ...provider, url: started[1] }] as const
  })
  return { ...config, providers: Object.fromEntries(providers) }
}
