import { checksOf, loadContract } from '../contract.ts'
import { createFront } from '../front.ts'
import { listen } from '../listener.ts'
import { runningTwin } from '../running.ts'
import type { RunningTwin } from '../running.ts'
import { amendFreshdesk } from './amendments.ts'
import { createApi } from './api.ts'
import { assemble } from './assemble.ts'
import { freshdeskControls } from './control.ts'
import { deskOf } from '../desks.ts'
import type { FreshdeskControlled } from './controlled.ts'
import { countWorld } from './counts.ts'
import type { WorldCounts } from './counts.ts'
import type { FreshdeskAccountOptions } from './seed/accounts.ts'

/** How to start a Freshdesk twin. Everything has a default. */
export interface FreshdeskTwinOptions {
  /** 0, the default, takes any free port. */
  readonly port?: number
  readonly host?: string
  /** A shop on the Pro plan and a smaller workshop on Growth, unless told. */
  readonly accounts?: readonly FreshdeskAccountOptions[]
  readonly seed?: number
  /** How far searches are behind. Two minutes unless told. */
  readonly indexLagMs?: number
  readonly now?: () => Date
  /**
   * A folder to keep everything in that must outlive the process: the accounts, their keys and the clock. What was
   * answered, or sent by a rule, is there after any end; calls of rules that were not sent by then are lost. Without it
   * a start begins anew with the seed.
   */
  readonly statePath?: string
  /** An OpenAPI file; requests and answers are then held against it. */
  readonly contractPath?: string
  readonly log?: (line: string) => void
}

/** One account of a running twin. */
export interface TwinAccount {
  readonly domain: string
  /** What stands here for `https://{domain}.freshdesk.com`. */
  readonly url: string
  /** Its administrator's. */
  readonly apiKey: string
}

/** A running twin. The accounts (`/{domain}/api/v2/…`) and the control API (`/__twin/…`) are all at `url`. */
export interface FreshdeskTwin extends RunningTwin {
  /** With the keys as they are now. */
  accounts(): readonly TwinAccount[]
  /** Of one account, the first unless told. */
  counts(domain?: string): WorldCounts
}

const defaults = {
  port: 0,
  host: '127.0.0.1',
  accounts: [
    { domain: 'harbourandpine', name: 'Harbour & Pine', apiKey: 'twinfreshdeskadminky' },
    {
      domain: 'kestrelworks',
      name: 'Kestrel Works',
      plan: 'growth',
      kind: 'workshop',
      contacts: 80,
      companies: 10,
      tickets: 120,
    },
  ],
  seed: 1,
  indexLagMs: 120_000,
  log: () => {},
} satisfies FreshdeskTwinOptions

/**
 * Starts a simulator of Freshdesk accounts with months of history.
 *
 * @throws StateInUseError another process runs a twin with this `statePath`
 */
export async function startFreshdeskTwin(options: FreshdeskTwinOptions = {}): Promise<FreshdeskTwin> {
  const sent = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
  // An option that is there and undefined is one that was not given.
  const settings: FreshdeskTwinOptions & Required<Pick<FreshdeskTwinOptions, keyof typeof defaults>> = {
    ...options,
    ...defaults,
    ...sent,
  }
  const { contractPath, log } = settings
  const contract = contractPath === undefined ? null : await loadContract(contractPath, freshdeskContract)
  const contractChecks = checksOf(contract)
  using opened = new DisposableStack()
  const twin = assemble({ ...settings, contractChecks }, opened)
  const api = createApi({ twin, violations: twin.violations, contract, log })
  const controls = freshdeskControls(twin)
  const listener = await listen(settings, createFront({ controlled: twin, controls, ...api }))
  return {
    ...runningTwin(twin, { listener, state: opened.move() }),
    accounts: () => accountsOf(twin, listener.url),
    counts: (domain) => countWorld(deskOf(twin.desks, domain).world),
  }
}

const freshdeskContract = { provider: 'freshdesk', amend: amendFreshdesk, errorSchema: 'AnyError' }

function accountsOf({ desks }: FreshdeskControlled, url: string): TwinAccount[] {
  return desks.map(({ name, world }) => {
    const [admin] = world.agents.values()
    return { domain: name, url: `${url}/${name}`, apiKey: admin?.apiKey ?? '' }
  })
}
