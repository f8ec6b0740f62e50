import { randomUUID } from 'node:crypto'
import type { Dispatcher } from 'undici'
import { type Breaker, openBreaker } from './breaker.ts'
import { type Budget, openBudget } from './budget.ts'
import { openClient, type OnExchanged } from './client.ts'
import type { Clock } from './clock.ts'
import type { AccountClient, Lane } from './account-client.ts'
import type { Connector } from './contract.ts'
import type { Credential, Settings } from '../store/account.ts'
import { UnsupportedError } from './errors.ts'
import type { Renewal } from './renewal.ts'
import type { QuotaShelf } from './quota-shelf.ts'
import { openSharedBudget, type SharedBudget } from './shared-budget.ts'

/** What is stored of an integration, as far as reaching its account goes. */
export interface Reachable {
  readonly provider: string
  readonly accountId: string | null
  readonly settings: Settings
}

/** All that reaching accounts needs of the world. */
export interface AccountsOptions {
  readonly connectors: ReadonlyMap<string, Connector>
  readonly integration: (id: string) => Promise<Reachable>
  readonly renewal: Renewal
  readonly dispatcher: Dispatcher
  readonly clock: Clock
  readonly random: () => number
  readonly log: (line: string) => void
  /** Ends every request of every account. */
  readonly signal: AbortSignal
  readonly onExchanged?: OnExchanged
  /** Where the processes share the quotas of accounts; without, each account's budget is this process's own. */
  readonly quotas?: QuotaShelf
}

/** The ways to all accounts of a process: every client of one account shares its rate budget, in all processes. */
export interface Accounts {
  /** The way to a connected account. */
  open(integrationId: string, lane: Lane): Promise<AccountClient>
  /** The way to an account whose credential is not stored yet; a person waits for it. */
  openCandidate(candidate: { connector: Connector; settings: Settings; credential: Credential }): AccountClient
  /** Looks again at the quota of an integration, which others changed; '' looks at all. */
  heard(integrationId: string): void
}

interface Shared {
  readonly budget: Budget
  readonly breaker: Breaker
}

/** Opens the ways to accounts. Nothing is connected before the first request. */
export function openAccounts(options: AccountsOptions): Accounts {
  const { clock, dispatcher, random, log, signal, onExchanged } = options
  const world = { clock, dispatcher, random, log, signal, onExchanged }
  const shared = new Map<string, Shared>()
  const budgets = new Map<string, SharedBudget>()
  const holder = randomUUID()
  const budgetOf = (integrationId: string, { provider, api }: Connector): Budget => {
    if (options.quotas === undefined) return openBudget({ provider, api, clock })
    const own = { provider, api, clock, integrationId, shelf: options.quotas, holder, log, signal }
    const budget = openSharedBudget(own)
    budgets.set(integrationId, budget)
    return budget
  }
  return {
    async open(integrationId, lane) {
      const { provider, accountId, settings } = await options.integration(integrationId)
      const connector = options.connectors.get(provider)
      if (connector === undefined) throw new UnsupportedError(provider, 'no connector of that name is registered')
      const own = shared.get(integrationId) ?? {
        budget: budgetOf(integrationId, connector),
        breaker: openBreaker(clock),
      }
      shared.set(integrationId, own)
      return openClient({
        ...world,
        ...own,
        connector,
        accountId,
        settings,
        credential: () => options.renewal.current(integrationId),
        replace: (refused) => options.renewal.replace(integrationId, refused),
        lane,
      })
    },
    openCandidate({ connector, settings, credential }) {
      const { provider, api } = connector
      return openClient({
        ...world,
        budget: openBudget({ provider, api, clock }),
        breaker: openBreaker(clock),
        connector,
        accountId: null,
        settings,
        credential: () => Promise.resolve(credential),
        lane: 'person',
      })
    },
    heard(integrationId) {
      if (integrationId !== '') budgets.get(integrationId)?.heard()
      else for (const budget of budgets.values()) budget.heard()
    },
  }
}
