import { checksOf, loadContract } from '../contract.ts'
import { createFront } from '../front.ts'
import { listen } from '../listener.ts'
import { runningTwin } from '../running.ts'
import type { RunningTwin } from '../running.ts'
import { amendZendesk } from './amendments.ts'
import { createApi } from './api.ts'
import { assemble } from './assemble.ts'
import { zendeskControls } from './control.ts'
import { deskOf } from '../desks.ts'
import type { ZendeskControlled } from './controlled.ts'
import { countWorld } from './counts.ts'
import type { WorldCounts } from './counts.ts'
import type { ZendeskAccountOptions } from './seed/accounts.ts'

/** How to start a Zendesk twin. Everything has a default. */
export interface ZendeskTwinOptions {
  /** 0, the default, takes any free port. */
  readonly port?: number
  readonly host?: string
  /** A shop and a smaller office, unless told. */
  readonly accounts?: readonly ZendeskAccountOptions[]
  /** The app that every account knows. */
  readonly clientId?: string
  readonly clientSecret?: string
  /** Where people may be sent back to; unless told, any https address, and http on this machine. */
  readonly redirectUris?: readonly string[]
  readonly seed?: number
  /** How far searches are behind. Two minutes unless told. */
  readonly indexLagMs?: number
  /** Above so many, counts are of once a day. 100,000 unless told. */
  readonly countsExactlyTo?: number
  readonly now?: () => Date
  /**
   * A folder to keep everything in that must outlive the process: the accounts, who was let in, and the clock. What
   * was answered or sent is there after any end; webhook calls that waited by then are lost. Without it a start begins
   * anew with the seed.
   */
  readonly statePath?: string
  /** An OpenAPI file; requests and answers are then held against it. */
  readonly contractPath?: string
  readonly log?: (line: string) => void
}

/** One account of a running twin. */
export interface TwinAccount {
  readonly subdomain: string
  /** What stands here for `https://{subdomain}.zendesk.com`. */
  readonly url: string
  /** Acts as any agent, with their address. */
  readonly apiToken: string
  /** The administrator's address. */
  readonly email: string
}

/** A running twin. The accounts (`/{subdomain}/api/v2/…`) and the control API (`/__twin/…`) are all at `url`. */
export interface ZendeskTwin extends RunningTwin {
  /** In the order they were given. */
  accounts(): readonly TwinAccount[]
  /** Of one account, the first unless told. */
  counts(subdomain?: string): WorldCounts
}

const defaults = {
  port: 0,
  host: '127.0.0.1',
  accounts: [
    { subdomain: 'lanternandloom', name: 'Lantern & Loom' },
    { subdomain: 'millbrook', name: 'Millbrook', plan: 'team', users: 80, organizations: 10, tickets: 120 },
  ],
  clientId: 'twin_zendesk_client',
  clientSecret: 'twin_zendesk_secret',
  redirectUris: [],
  seed: 1,
  indexLagMs: 120_000,
  countsExactlyTo: 100_000,
  log: () => {},
} satisfies ZendeskTwinOptions

/**
 * Starts a simulator of Zendesk accounts with months of history.
 *
 * @throws StateInUseError another process runs a twin with this `statePath`
 */
export async function startZendeskTwin(options: ZendeskTwinOptions = {}): Promise<ZendeskTwin> {
  const sent = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
  // An option that is there and undefined is one that was not given.
  const settings: ZendeskTwinOptions & Required<Pick<ZendeskTwinOptions, keyof typeof defaults>> = {
    ...options,
    ...defaults,
    ...sent,
  }
  const { contractPath, log } = settings
  const contract = contractPath === undefined ? null : await loadContract(contractPath, zendeskContract)
  const contractChecks = checksOf(contract)
  using opened = new DisposableStack()
  const { clientId: identifier, clientSecret: secret, redirectUris } = settings
  const twin = assemble({ ...settings, client: { identifier, secret, redirectUris }, contractChecks }, opened)
  const api = createApi({ twin, violations: twin.violations, contract, log })
  const controls = zendeskControls(twin)
  const listener = await listen(settings, createFront({ controlled: twin, controls, ...api }))
  return {
    ...runningTwin(twin, { listener, state: opened.move() }),
    accounts: () => accountsOf(twin, listener.url),
    counts: (subdomain) => countWorld(deskOf(twin.desks, subdomain).world),
  }
}

const zendeskContract = { provider: 'zendesk', amend: amendZendesk, errorSchema: 'AnyError' }

function accountsOf({ desks }: ZendeskControlled, url: string): TwinAccount[] {
  return desks.map(({ name, world }) => {
    const [admin] = world.users.values()
    return { subdomain: name, url: `${url}/${name}`, apiToken: world.account.apiToken, email: admin?.email ?? '' }
  })
}
