import type { Connector } from './contract.ts'
import { CredentialError, type ProviderError, RateLimitedError, UnavailableError } from './errors.ts'
import { type OAuthApp, type OAuthFlow, refreshCredential, type TokenEndpointAccess } from './oauth.ts'
import type { Credential, Settings } from '../store/account.ts'

/** Keeps the credentials of integrations alive: renews those whose tokens end, before they do and when the provider refuses one. */
export interface Renewal {
  /**
   * The credential to sign the next request with; renewed first when it ends soon. While the token endpoint does not
   * answer, the old one as long as it lasts.
   *
   * @throws CredentialError there is none, or it is over and was not renewed: a person must reconnect
   * @throws UnavailableError, RateLimitedError, MalformedError it is over, and the token endpoint did not say yes or no
   */
  current(integrationId: string): Promise<Credential>
  /**
   * Sees to another credential after the provider refused this one. False when there can be none: it does not renew.
   *
   * @throws as `current`
   */
  replace(integrationId: string, refused: Credential): Promise<boolean>
}

/** Where credentials are kept, for all processes. */
export interface CredentialStore {
  /** @throws CredentialError there is none */
  open(integrationId: string): Promise<Credential>
  /**
   * Puts another credential in the place of the stored one, one caller at a time among all processes.
   *
   * @param renew is given what is stored once nobody else renews it; what it answers is stored before the next caller
   * is let in. Answering the very same object keeps it.
   * @throws CredentialError there is none
   * @throws what `renew` throws; then nothing was changed
   */
  renew(integrationId: string, renew: (stored: Credential) => Promise<Credential>): Promise<Credential>
}

/** An integration, as far as renewing its credential goes. */
export interface Renewable {
  readonly provider: string
  readonly settings: Settings
}

/** All that renewing needs of the world. */
export interface RenewalOptions<Integration extends Renewable> {
  readonly connectors: ReadonlyMap<string, Pick<Connector, 'auth'>>
  readonly integration: (id: string) => Promise<Integration>
  readonly credentials: CredentialStore
  /** Our registration at a provider; null when we have none. */
  readonly app: (provider: string) => OAuthApp | null
  readonly tokenEndpoint: TokenEndpointAccess
  /** Told when a refresh was refused, with the integration as it was read before: it must be reconnected, and says so to everybody. */
  readonly refused: (integration: Integration, reason: string) => Promise<void>
  /** Told when a refresh went well and is stored: a refusal that another process has heard since means nothing any more. */
  readonly renewed: (integrationId: string) => Promise<void>
  readonly log: (line: string) => void
}

/** How long before its end a token is renewed: longer than a request takes, much shorter than the shortest life there is (five minutes, Zendesk). */
const MARGIN_MS = 60_000

/** How long a token endpoint that did not answer is left alone. */
const PAUSE_MS = 10_000

/** What became of the last try, of one integration. */
interface Past {
  /** The token that a refresh brought, and how long before its end it is renewed: no more than a fifth of its life, however short that is. */
  renewed: { readonly accessToken: string | null; readonly marginMs: number } | null
  /** The refresh token that was refused, and the error that said so: it is not sent again. */
  dead: { readonly refreshToken: string | null; readonly error: CredentialError } | null
  /** The endpoint did not answer: left alone until then. */
  unanswered: { readonly until: Date; readonly error: ProviderError } | null
  /** One that is under way. */
  running: Promise<Credential | null> | null
}

/**
 * Renews credentials, each once however many callers want it: in this process they share one try, among processes the
 * store lets one in at a time, and who comes later finds what the one before brought. So it holds too for a provider whose
 * refresh ends both old tokens. What is lost is only what a process that dies has been given and not yet stored.
 */
export function openRenewal<Integration extends Renewable>(options: RenewalOptions<Integration>): Renewal {
  const { credentials, tokenEndpoint, log } = options
  const { clock } = tokenEndpoint
  const pasts = new Map<string, Past>()

  const leftMs = ({ expiresAt }: Credential): number =>
    expiresAt === null ? Number.POSITIVE_INFINITY : expiresAt.getTime() - clock.now().getTime()

  const pastOf = (integrationId: string): Past => {
    const past = pasts.get(integrationId) ?? { renewed: null, dead: null, unanswered: null, running: null }
    pasts.set(integrationId, past)
    return past
  }

  const flowOf = ({ provider, settings }: Renewable): OAuthFlow | null => {
    const method = options.connectors.get(provider)?.auth.find((each) => each.kind === 'oauth2')
    const app = options.app(provider)
    return method?.refreshes && app !== null ? { provider, method, settings, app } : null
  }

  /** Asks the token endpoint, unless somebody else has done so since `spent` was read. Null where nothing can be asked. */
  const renew = async (integrationId: string, spent: Credential): Promise<Credential | null> => {
    const past = pastOf(integrationId)
    const integration = await options.integration(integrationId)
    const flow = flowOf(integration)
    if (flow === null || spent.refreshToken === null) return null
    let asked = false
    try {
      const fresh = await credentials.renew(integrationId, async (stored) => {
        if (stored.accessToken !== spent.accessToken) return stored
        asked = true
        const renewed = await refreshCredential(flow, stored, tokenEndpoint)
        return { ...renewed, fields: stored.fields }
      })
      if (asked) await options.renewed(integrationId)
      past.renewed = { accessToken: fresh.accessToken, marginMs: Math.min(MARGIN_MS, leftMs(fresh) / 5) }
      return fresh
    } catch (error) {
      if (error instanceof CredentialError) {
        past.dead = { refreshToken: spent.refreshToken, error }
        await options.refused(integration, error.message)
        // Refused, it may be, because another process has been given new ones, and stores them only now: its lock was lost.
        const stored = await credentials.open(integrationId)
        if (stored.accessToken !== spent.accessToken) {
          await options.renewed(integrationId)
          return stored
        }
      } else if (error instanceof UnavailableError || error instanceof RateLimitedError) {
        const soonest = clock.now().getTime() + PAUSE_MS
        past.unanswered = { until: new Date(Math.max(error.retryAt?.getTime() ?? 0, soonest)), error }
      }
      throw error
    }
  }

  /** The one try that is under way, or a new one; none when the last one says that it is of no use yet. */
  const renewOnce = (integrationId: string, spent: Credential): Promise<Credential | null> => {
    const past = pastOf(integrationId)
    if (past.running !== null) return past.running
    if (past.dead !== null && past.dead.refreshToken === spent.refreshToken) return Promise.reject(past.dead.error)
    const { unanswered } = past
    if (unanswered !== null && clock.now() < unanswered.until) return Promise.reject(unanswered.error)
    past.unanswered = null
    past.running = renew(integrationId, spent).finally(() => {
      past.running = null
    })
    return past.running
  }

  return {
    async current(integrationId) {
      const stored = await credentials.open(integrationId)
      if (stored.refreshToken === null) return stored
      const { renewed } = pastOf(integrationId)
      const marginMs = renewed?.accessToken === stored.accessToken ? renewed.marginMs : MARGIN_MS
      if (leftMs(stored) > marginMs) return stored
      try {
        return (await renewOnce(integrationId, stored)) ?? stored
      } catch (error) {
        if (leftMs(stored) <= 0 || error instanceof CredentialError) throw error
        log(`${String(error)}; the token is used as long as it lasts`)
        return stored
      }
    },
    async replace(integrationId, refused) {
      const stored = await credentials.open(integrationId)
      if (stored.accessToken !== refused.accessToken) return true
      return (await renewOnce(integrationId, stored)) !== null
    },
  }
}
