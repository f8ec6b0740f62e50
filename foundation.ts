import { Agent, type Dispatcher } from 'undici'
import type { Logger } from 'pino'
import { type Config, ConfigError } from './config.ts'
import { type Accounts, openAccounts } from './kit/accounts.ts'
import { type Clock, systemClock } from './kit/clock.ts'
import type { Connector } from './kit/contract.ts'
import { type Egress, openEgress } from './kit/egress.ts'
import { CredentialError } from './kit/errors.ts'
import { createExchangeCount, exposeQuotas } from './kit/metrics.ts'
import type { OAuthApp } from './kit/oauth.ts'
import { quotaOf, type QuotaTold, readBook } from './kit/quota-book.ts'
import { openRenewal } from './kit/renewal.ts'
import type { Metrics } from './observe/metrics.ts'
import { RowNotFoundError } from './store/errors.ts'
import { keepKey } from './store/key-file.ts'
import type { Store } from './store/store.ts'
import type { Key } from './store/vault.ts'
import type { Services } from './subgraphs/context.ts'

/** What all roles of a process that reach providers share. */
export interface Foundation extends AsyncDisposable {
  readonly store: Store
  /** The time of the store, which is the same for all processes. */
  readonly clock: Clock
  readonly accounts: Accounts
  readonly connectors: readonly Connector[]
  /** The pool of connections to providers, and the signal that ends what is under way. */
  readonly dispatcher: Dispatcher
  readonly signal: AbortSignal
  /** The way to endpoints of outgoing webhooks. */
  readonly egress: Egress
  /** The current secrets with which a provider proves its webhooks. */
  readonly secrets: (provider: string) => readonly string[]
  /** Where a provider pushes to: the address of all accounts, or of the integration whose token it ends with. */
  readonly webhookUrl: (provider: string, token?: string) => string
}

/**
 * The keys of this installation: those that are set, else the one that its home keeps.
 *
 * @throws ConfigError the home cannot be written
 */
export async function keysOf({ keys, home }: Config): Promise<readonly Key[]> {
  if (keys !== null) return keys
  try {
    return [await keepKey(home)]
  } catch (error) {
    throw homeProblem(error, home, 'a key')
  }
}

/** The sentence for a fault of the file system under the home; any other fault as it is. */
export function homeProblem(fault: unknown, home: string, what: string): unknown {
  if (!(fault instanceof Error && 'path' in fault)) return fault
  return new ConfigError([
    `SWITCHBOARD_HOME: ${what} cannot be kept in ${home} (${fault.message}); name a folder that can be written`,
  ])
}

/** Opens the ways to providers over a store. Disposing ends requests under way; the store stays open. */
export function openFoundation(
  config: Config,
  {
    store,
    connectors,
    logger,
    metrics,
  }: {
    readonly store: Store
    readonly connectors: readonly Connector[]
    readonly logger: Logger
    readonly metrics?: Metrics
  },
): Foundation {
  const ending = new AbortController()
  const { signal } = ending
  const clock: Clock = { ...systemClock, now: store.now }
  const dispatcher = new Agent()
  const egress = openEgress(config.endpointNetworks)
  const world = {
    connectors: new Map(connectors.map((connector) => [connector.provider, connector])),
    integration: (id: string) => store.integrations.get(id),
    log: (line: string) => logger.info(line),
  }
  const renewal = openRenewal({
    ...world,
    credentials: {
      open: (id) => orReconnect(store.credentials.open(id)),
      renew: (id, renew) => orReconnect(store.credentials.renew(id, renew)),
    },
    app: (provider) => oauthAppOf(config, provider),
    tokenEndpoint: { dispatcher, clock, signal },
    refused: (integration, reason) => store.integrations.needsReconnect(integration, reason),
    renewed: (id) => store.integrations.setStatus(id, 'ACTIVE', null),
  })
  const accounts = openAccounts({
    ...world,
    renewal,
    dispatcher,
    clock,
    random: Math.random,
    signal,
    quotas: store.quotas,
    ...(metrics && { onExchanged: createExchangeCount(metrics) }),
  })
  if (metrics) exposeQuotas(metrics, () => readQuotas(store, world.connectors))
  return {
    store,
    clock,
    accounts,
    connectors,
    dispatcher,
    signal,
    egress,
    secrets: (provider) => [config.providers[provider]?.clientSecret].filter((secret) => secret != null),
    webhookUrl: (provider, token) => [webhooksUrlOf(config, provider), provider, ...(token ? [token] : [])].join('/'),
    async [Symbol.asyncDispose]() {
      ending.abort(new Error('the process is closing'))
      await Promise.all([dispatcher.destroy(), egress[Symbol.asyncDispose]()])
    },
  }
}

/** The quotas of all active integrations of which anything is known. */
async function readQuotas(
  store: Store,
  connectors: ReadonlyMap<string, Connector>,
): Promise<readonly (QuotaTold & { readonly provider: string })[]> {
  return (await store.quotas.all()).flatMap(({ provider, state, now }) => {
    const api = connectors.get(provider)?.api
    const told = api ? quotaOf(readBook(state), api.defaultQuota.windowMs, now.getTime()) : null
    return told === null ? [] : [{ ...told, provider }]
  })
}

/** A simulated provider may know ingest by another name than the world does. */
function webhooksUrlOf({ demo, providers, webhooksUrl, twinsWebhooksUrl }: Config, provider: string): string {
  return demo && providers[provider]?.url != null ? twinsWebhooksUrl : webhooksUrl
}

/** What is asked of a store of credentials; a person must see to one that is gone. @throws CredentialError */
async function orReconnect<Result>(asked: Promise<Result>): Promise<Result> {
  try {
    return await asked
  } catch (error) {
    if (!(error instanceof RowNotFoundError)) throw error
    throw new CredentialError('integration', 'its credential was given up: connect it again', { cause: error })
  }
}

/** Our registration at a provider; null when none is set. */
function oauthAppOf(config: Config, provider: string): OAuthApp | null {
  const { clientId, clientSecret } = config.providers[provider] ?? { clientId: null, clientSecret: null }
  if (clientId === null || clientSecret === null) return null
  return { clientId, clientSecret, redirectUri: config.callbackUrl }
}

/** What the subgraphs stand on. */
export function toServices(
  config: Config,
  foundation: Foundation,
  requests: Pick<
    Services,
    'requestSync' | 'requestAudit' | 'requestSubscription' | 'requestBulk' | 'requestDeliveries'
  >,
): Services {
  const { store, clock, accounts, connectors, dispatcher, signal, egress, webhookUrl } = foundation
  return {
    store,
    connectors: new Map(connectors.map((connector) => [connector.provider, connector])),
    openClient: (integrationId, lane) => accounts.open(integrationId, lane),
    openCandidate: (candidate) => accounts.openCandidate(candidate),
    requestSync: (integrationId) => requests.requestSync(integrationId),
    requestAudit: (integrationId) => requests.requestAudit(integrationId),
    requestSubscription: (integrationId) => requests.requestSubscription(integrationId),
    requestBulk: (integrationId) => requests.requestBulk(integrationId),
    requestDeliveries: (within, deliveries) => requests.requestDeliveries(within, deliveries),
    oauthApp: (provider) => oauthAppOf(config, provider),
    tokenEndpoint: () => ({ dispatcher, clock, signal }),
    baseUrl: (provider) => config.providers[provider]?.url ?? null,
    webhookUrl,
    endpointProblem: (url) => egress.problemOf(url),
    now: store.now,
  }
}
