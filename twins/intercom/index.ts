import { checksOf, loadContract } from '../contract.ts'
import { listen } from '../listener.ts'
import { runningTwin } from '../running.ts'
import type { RunningTwin } from '../running.ts'
import { amendIntercom } from './amendments.ts'
import { createApi } from './api.ts'
import { assemble } from './assemble.ts'
import { revokeTokens, subscribe } from './control.ts'
import { countWorld } from './counts.ts'
import type { WorldCounts } from './counts.ts'
import { createIntercomFront } from './front.ts'
import { oauthRoutes } from './oauth.ts'
import type { Subscription } from './webhooks.ts'
import type { App } from './world.ts'

/** How to start an Intercom twin. Everything but the app's own credentials has a default. */
export interface IntercomTwinOptions {
  /** 0, the default, takes any free port. */
  readonly port?: number
  readonly host?: string
  readonly clientId: string
  readonly clientSecret: string
  /** The token of a private app of the same workspace. */
  readonly accessToken?: string
  /** Where people may be sent back to; any https address and this machine, unless told. */
  readonly redirectUris?: readonly string[]
  readonly appId?: string
  readonly appName?: string
  readonly region?: App['region']
  /** Where a contact search begins its days. */
  readonly timezone?: string
  readonly seed?: number
  readonly contacts?: number
  readonly companies?: number
  readonly conversations?: number
  readonly tickets?: number
  /** Calls in ten seconds. 1,667 unless told: 10,000 a minute. */
  readonly rateLimit?: number
  /** Where events are sent, all topics. */
  readonly webhookUrl?: string | null
  readonly now?: () => Date
  /**
   * A folder to keep everything in that must outlive the process: the workspace, its tokens and its clock. What was
   * answered, or sent as an event, is there after any end; events that were not sent by then are lost. Without it a
   * start begins anew with the seed.
   */
  readonly statePath?: string
  /** An OpenAPI file; requests and answers are then held against it. */
  readonly contractPath?: string
  readonly log?: (line: string) => void
}

/** A running twin. The authorize page, the API and the control API (`/__twin/…`) are all at `url`. */
export interface IntercomTwin extends RunningTwin {
  readonly appId: string
  readonly accessToken: string
  counts(): WorldCounts
  /** Sets where events go, probes that place and pings it. */
  subscribe(subscription: Subscription): Promise<number | null>
  /** Ends one token, or all. */
  revokeTokens(token?: string): number
}

type Defaults = Required<Omit<IntercomTwinOptions, 'clientId' | 'clientSecret' | 'now' | 'contractPath' | 'statePath'>>

const defaults: Defaults = {
  port: 0,
  host: '127.0.0.1',
  accessToken: 'dG9rOnR3aW4taW50ZXJjb20tcHJpdmF0ZS1hcHA=',
  redirectUris: [],
  appId: 'hp7x2k9q',
  appName: 'Harbour & Pine',
  region: 'US',
  timezone: 'UTC',
  seed: 1,
  contacts: 2_000,
  companies: 150,
  conversations: 2_500,
  tickets: 600,
  rateLimit: 1_667,
  webhookUrl: null,
  log: () => {},
}

/**
 * Starts a simulator of one Intercom workspace with months of history.
 *
 * @throws StateInUseError another process runs a twin with this `statePath`
 */
export async function startIntercomTwin(options: IntercomTwinOptions): Promise<IntercomTwin> {
  const sent = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
  // An option that is there and undefined is one that was not given.
  const settings: IntercomTwinOptions & Defaults = { ...options, ...defaults, ...sent }
  const { contractPath } = settings
  const contract = contractPath === undefined ? null : await loadContract(contractPath, intercomContract)
  using opened = new DisposableStack()
  const controlled = assemble({ ...settings, contractChecks: checksOf(contract) }, opened)
  const { world, tokens, recorder, clock, violations } = controlled
  const { clientId, clientSecret, redirectUris, rateLimit, log } = settings
  const api = createApi({ world, tokens, recorder, clock, rateLimit, contract, violations, log })
  const open = oauthRoutes({ clientId, clientSecret, redirectUris }, controlled)
  const listener = await listen(settings, createIntercomFront({ api, open, controlled }))
  if (settings.webhookUrl !== null) void subscribe(controlled, { url: settings.webhookUrl, topics: null })
  return {
    ...runningTwin(controlled, { listener, state: opened.move() }),
    appId: world.app.id,
    accessToken: settings.accessToken,
    counts: () => countWorld(world),
    subscribe: (subscription) => subscribe(controlled, subscription),
    revokeTokens: (token) => revokeTokens(controlled, token),
  }
}

const intercomContract = { provider: 'intercom', amend: amendIntercom, errorSchema: 'error' }
