import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  ClientSecretBasic,
  ClientSecretPost,
  Configuration,
  customFetch,
  type CustomFetchOptions,
  randomPKCECodeVerifier,
  refreshTokenGrant,
  type TokenEndpointResponse,
} from 'openid-client'
import type { Dispatcher } from 'undici'
import type { Clock } from './clock.ts'
import type { OAuth2Method } from './contract.ts'
import type { Credential, Settings } from '../store/account.ts'
import {
  AuthorizationDeniedError,
  AuthorizationStaleError,
  CredentialError,
  MalformedError,
  type ProviderError,
  RateLimitedError,
  RejectedError,
  UnavailableError,
} from './errors.ts'
import { exchange as send, type Fault, type Incoming } from './exchange.ts'
import { retryAfter } from './retry.ts'

/** Our registration at a provider. */
export interface OAuthApp {
  readonly clientId: string
  readonly clientSecret: string
  /** Where the provider sends the person back to. */
  readonly redirectUri: string
}

/** One provider's flow, for one choice of region or domain. */
export interface OAuthFlow {
  readonly provider: string
  readonly method: OAuth2Method
  readonly settings: Settings
  readonly app: OAuthApp
}

/** What talking to the token endpoint needs of the world. */
export interface TokenEndpointAccess {
  readonly dispatcher: Dispatcher
  readonly clock: Clock
  readonly signal: AbortSignal
}

const TIMEOUT_MS = 15_000

/** A secret of one authorization, kept between its begin and its end, that proves both are ours (PKCE, RFC 7636). */
export function createCodeVerifier(): string {
  return randomPKCECodeVerifier()
}

/** The page at the provider where a person allows the connection. The verifier is used where the provider offers PKCE. */
export async function authorizationUrl(
  flow: OAuthFlow,
  { state, codeVerifier }: { readonly state: string; readonly codeVerifier: string },
): Promise<string> {
  const { method, app } = flow
  const parameters = new URLSearchParams({ redirect_uri: app.redirectUri, state })
  if (method.scopes.length > 0) parameters.set('scope', method.scopes.join(' '))
  if (method.pkce) {
    parameters.set('code_challenge', await calculatePKCECodeChallenge(codeVerifier))
    parameters.set('code_challenge_method', 'S256')
  }
  return buildAuthorizationUrl(configure(flow), parameters).href
}

/**
 * Turns what the provider sent the person back with into a credential. The code works once, so this is not repeated.
 *
 * @param returned the query of the redirect
 * @throws AuthorizationStaleError the state is not the one that was begun
 * @throws AuthorizationDeniedError the person said no
 * @throws RejectedError the provider refused the code or our app
 * @throws UnavailableError, RateLimitedError, MalformedError
 */
export async function exchangeCode(
  flow: OAuthFlow,
  returned: URLSearchParams,
  pending: { readonly state: string; readonly codeVerifier: string },
  access: TokenEndpointAccess,
): Promise<Credential> {
  const { provider, method, app } = flow
  if (returned.get('state') !== pending.state) {
    throw new AuthorizationStaleError(provider, 'the authorization that came back is not the one that was begun')
  }
  const refused = returned.get('error')
  if (refused === 'access_denied') throw new AuthorizationDeniedError(provider, 'the connection was not allowed')
  if (refused !== null || returned.get('code') === null) {
    const reason = returned.get('error_description') ?? refused ?? 'no code came back'
    throw new RejectedError(provider, 'refused to authorize', null, reason)
  }
  const current = new URL(app.redirectUri)
  current.search = new URLSearchParams({ code: returned.get('code') ?? '', state: pending.state }).toString()
  const tokens = await ask(flow, access, (configuration) =>
    authorizationCodeGrant(configuration, current, {
      expectedState: pending.state,
      ...(method.pkce ? { pkceCodeVerifier: pending.codeVerifier } : {}),
    }),
  )
  return toCredential(tokens, null, access.clock)
}

/**
 * Renews a credential before its token ends. A provider that gives no new refresh token lets us keep the old one.
 *
 * @throws CredentialError the refresh token is refused: the account must reconnect
 * @throws UnavailableError, RateLimitedError, MalformedError
 */
export async function refreshCredential(
  flow: OAuthFlow,
  credential: Credential,
  access: TokenEndpointAccess,
): Promise<Credential> {
  const { refreshToken } = credential
  if (refreshToken === null)
    throw new CredentialError(flow.provider, 'the token ended and came without a refresh token')
  try {
    const tokens = await ask(flow, access, (configuration) => refreshTokenGrant(configuration, refreshToken))
    return toCredential(tokens, refreshToken, access.clock)
  } catch (error) {
    if (!(error instanceof RejectedError)) throw error
    throw new CredentialError(flow.provider, `the refresh token is refused: ${error.reason}`, { cause: error })
  }
}

function configure({ method, settings, app }: OAuthFlow): Configuration {
  const tokenUrl = new URL(method.tokenUrl(settings))
  const authenticate = method.clientAuthentication === 'body' ? ClientSecretPost : ClientSecretBasic
  const configuration = new Configuration(
    {
      issuer: tokenUrl.origin,
      authorization_endpoint: method.authorizeUrl(settings),
      token_endpoint: tokenUrl.href,
    },
    app.clientId,
    undefined,
    authenticate(app.clientSecret),
  )
  // Only a twin or a mock server has an http address.
  if (tokenUrl.protocol === 'http:') allowInsecureRequests(configuration)
  return configuration
}

/** Asks the token endpoint. Errors of the library hold tokens and codes, so they go no further than here. */
async function ask(
  flow: OAuthFlow,
  access: TokenEndpointAccess,
  grant: (configuration: Configuration) => Promise<TokenEndpointResponse>,
): Promise<TokenEndpointResponse> {
  const configuration = configure(flow)
  let came: Incoming | Fault | null = null
  configuration[customFetch] = async (url, options) => {
    came = await fetchTokens(access, url, options)
    if (came.kind === 'fault') throw came.cause
    return new Response(normalise(came.text), {
      // A token that was made: some providers say so instead of plain success, which the library insists on.
      status: came.status === 201 ? 200 : came.status,
      headers: { 'content-type': 'application/json' },
    })
  }
  try {
    return await grant(configuration)
  } catch (error) {
    throw came === null ? error : judgeTokens(flow.provider, came, access)
  }
}

function fetchTokens(access: TokenEndpointAccess, url: string, options: CustomFetchOptions): Promise<Incoming | Fault> {
  return send(access.dispatcher, {
    method: 'POST',
    url: new URL(url),
    headers: new Headers({ ...options.headers, accept: 'application/json' }),
    body: options.body instanceof URLSearchParams ? options.body.toString() : null,
    timeoutMs: TIMEOUT_MS,
    signal: access.signal,
  })
}

/**
 * Brings an answer into the form of RFC 6749 §5.1: some providers leave out `token_type`, say `token` for
 * `access_token`, or send null for what they do not have.
 */
function normalise(text: string): string {
  const body = readObject(text)
  if (body === null) return text
  const kept = Object.entries(body).filter(([, value]) => value !== null)
  const standard: Record<string, unknown> = { token_type: 'bearer', ...Object.fromEntries(kept) }
  standard.access_token ??= standard.token
  return JSON.stringify(standard)
}

function judgeTokens(provider: string, came: Incoming | Fault, access: TokenEndpointAccess): ProviderError {
  if (came.kind === 'fault') {
    return new UnavailableError(provider, `the token endpoint gave no answer (${came.reason})`, null)
  }
  const { status, headers, text } = came
  const answer = { headers, receivedAt: access.clock.now() }
  const said = `the token endpoint answered ${status}`
  if (status >= 500) return new UnavailableError(provider, said, retryAfter(answer))
  if (status === 429) return new RateLimitedError(provider, said, retryAfter(answer) ?? answer.receivedAt)
  const body = readObject(text)
  const reason = [body?.error_description, body?.error].find((words) => typeof words === 'string')
  if (status >= 400) return new RejectedError(provider, said, null, typeof reason === 'string' ? reason : said)
  return new MalformedError(provider, `${said} without a usable access token`)
}

function readObject(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null
  } catch {
    return null
  }
}

/** No token lasts longer; a provider that says so has no date for its end. */
const LONGEST_LIFE_SECONDS = 100 * 366 * 86_400

function toCredential(tokens: TokenEndpointResponse, refreshToken: string | null, clock: Clock): Credential {
  const { expires_in: lastsSeconds } = tokens
  return {
    accessToken: tokens.access_token,
    refreshToken: tokens.refresh_token ?? refreshToken,
    expiresAt:
      lastsSeconds === undefined
        ? null
        : new Date(clock.now().getTime() + Math.min(lastsSeconds, LONGEST_LIFE_SECONDS) * 1000),
    fields: {},
  }
}
