import { join } from 'node:path'
import type { Config } from '../config.ts'
import { homeProblem } from '../foundation.ts'
import { PortTakenError } from '../server/listen.ts'
import { type IntercomTwin, startIntercomTwin } from '../twins/intercom/index.ts'

/** The key that the demo connects its simulated Intercom with. It opens nothing else. */
export const DEMO_ACCESS_TOKEN = 'dG9rOnN3aXRjaGJvYXJkLWRlbW8taW50ZXJjb20='

/** How often a customer or an agent of the demo does something. */
const TRAFFIC_EVERY_MS = 4_000

/**
 * Starts the simulated Intercom, with customers who keep writing.
 *
 * It lives under the home and outlives the process, as the mirror of it does: what was written is there after a restart
 * or a kill, under the ids it had. Webhooks that were not sent by then are lost; the next sync finds what they told.
 *
 * @throws PortTakenError
 * @throws StateInUseError another process runs it under the same home
 */
export async function startDemoTwins(config: Config): Promise<IntercomTwin> {
  const { clientId, clientSecret } = config.providers['intercom'] ?? {}
  if (clientId == null || clientSecret == null) throw new Error('the demo has no client id and secret for its Intercom')
  const twin = await startIntercomTwin({
    port: config.twinsPort,
    host: config.host,
    clientId,
    clientSecret,
    accessToken: DEMO_ACCESS_TOKEN,
    statePath: join(config.home, 'twins', 'intercom'),
    log: (line) => console.error(`Simulated Intercom: ${line}`),
  }).catch((error: NodeJS.ErrnoException) => {
    const setting = config.role === 'twins' ? 'PORT' : 'SWITCHBOARD_TWINS_PORT'
    if (error.code === 'EADDRINUSE') throw new PortTakenError(config.twinsPort, setting, { cause: error })
    throw homeProblem(error, config.home, 'the simulated provider')
  })
  twin.startTraffic({ everyMs: TRAFFIC_EVERY_MS })
  return twin
}

/** The settings of the one-process demo: where no other address is set, the simulated provider runs here too. */
export async function withTwins(config: Config, opened: AsyncDisposableStack): Promise<Config> {
  const { intercom } = config.providers
  if (!config.demo || config.role !== 'all' || !intercom || intercom.url !== null) return config
  const { url } = opened.use(await startDemoTwins(config))
  return { ...config, providers: { ...config.providers, intercom: { ...intercom, url } } }
}
