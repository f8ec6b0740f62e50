import { createHash, randomBytes } from 'node:crypto'
import { bodyObject, json, ReplyError } from '../exchange.ts'
import type { TwinReply, TwinRequest } from '../exchange.ts'
import { plainText } from '../plain-value.ts'
import type { OAuthClient } from './account.ts'
import { grantToRefresh } from './acts/grants.ts'
import { consentPage, refusalPage } from './consent.ts'
import type { Asked } from './consent.ts'
import type { GrantAct, OAuthAct } from './deeds.ts'
import type { Grant } from './records.ts'
import { nowIn } from '../world.ts'
import type { World } from './world.ts'

/** Lives of tokens in seconds: the usual, the least and the most. Source: the provider's notes. */
const accessLife = { usual: 172_800, least: 300, most: 172_800 } as const
const refreshLife = { usual: 2_592_000, least: 604_800, most: 7_776_000 } as const

const resources =
  'tickets users auditlogs organizations hc apps triggers automations targets webhooks zis macros requests satisfaction_ratings dynamic_content any_channel web_widget'.split(
    ' ',
  )
const scopeWords = new Set([
  'read',
  'write',
  'impersonate',
  ...resources.flatMap((one) => [`${one}:read`, `${one}:write`]),
])

/** What an account's OAuth pages need. */
export interface OAuthParts {
  readonly world: World
  readonly base: string
  readonly client: OAuthClient
  /** Writes a step down and does it. */
  readonly act: (act: OAuthAct) => Grant | null
}

/** The consent page: `GET` shows it, `POST` is its answer. */
export function authorizations(parts: OAuthParts, request: TwinRequest): TwinReply {
  const form = request.method === 'GET' ? Object.fromEntries(request.query) : (bodyObject(request) ?? {})
  const asked = check(parts.client, form)
  if (request.method === 'GET') return { status: 200, html: consentPage(parts.world, asked, parts.base) }
  const to = new URL(asked.redirectUri)
  if (asked.state !== '') to.searchParams.set('state', asked.state)
  if (form['decision'] === 'allow') {
    const code = randomBytes(32).toString('hex')
    const [admin] = parts.world.users.values()
    const { scopes, redirectUri, challenge } = asked
    const chosen = Number(form['user_id'])
    const userId = parts.world.users.get(chosen)?.role === 'agent' ? chosen : (admin?.id ?? 0)
    parts.act({ kind: 'allow', code, userId, scopes, redirectUri, challenge })
    to.searchParams.set('code', code)
  } else {
    to.searchParams.set('error', 'access_denied')
    to.searchParams.set('error_description', 'The end-user or authorization server denied the request.')
  }
  return { status: 302, headers: { Location: to.href } }
}

/** The exchange of codes and refresh tokens for tokens. */
export function exchangeToken(parts: OAuthParts, request: TwinRequest): TwinReply {
  const body = bodyObject(request)
  if (!body) throw tokenError('invalid_request', 'The request body is not valid JSON.')
  const { client_id: id, client_secret: secret, grant_type: type } = body
  if (id !== parts.client.identifier || secret !== parts.client.secret) {
    throw tokenError(
      'invalid_client',
      'Client authentication failed due to unknown client, no client authentication included, or unsupported authentication method.',
      401,
    )
  }
  const lives = {
    expiresIn: lifeIn(body['expires_in'], accessLife),
    refreshExpiresIn: lifeIn(body['refresh_token_expires_in'], refreshLife),
  }
  const fresh: GrantAct = {
    ...lives,
    token: randomBytes(32).toString('hex'),
    newRefreshToken: randomBytes(32).toString('hex'),
  }
  if (type === 'authorization_code')
    return granted(parts.act({ ...fresh, kind: 'redeem', code: redeemable(parts.world, body) }), lives)
  if (type !== 'refresh_token')
    throw tokenError('unsupported_grant_type', 'The authorization grant type is not supported.')
  const refreshToken = plainText(body['refresh_token'])
  const old = grantToRefresh(parts.world, refreshToken)
  if (!old) throw invalidGrant()
  const scopes = typeof body['scope'] === 'string' ? scopesIn(body['scope']) : null
  if (scopes?.some((one) => !old.scopes.includes(one)) === true)
    throw tokenError('invalid_scope', 'The requested scope exceeds what was granted.')
  return granted(parts.act({ ...fresh, kind: 'refresh', refreshToken, scopes }), lives)
}

/** A code that is good for what was sent with it. @throws 400 */
function redeemable(world: World, body: Readonly<Record<string, unknown>>): string {
  const code = plainText(body['code'])
  const promised = world.codes.get(code)
  if (!promised || promised.expiresAt <= nowIn(world) || body['redirect_uri'] !== promised.redirectUri)
    throw invalidGrant()
  if (promised.challenge === null) return code
  const verified = createHash('sha256').update(plainText(body['code_verifier'])).digest('base64url')
  if (verified !== promised.challenge) throw invalidGrant()
  return code
}

function granted(
  grant: Grant | null,
  lives: { readonly expiresIn: number; readonly refreshExpiresIn: number },
): TwinReply {
  if (!grant) throw invalidGrant()
  const tokens = {
    access_token: grant.token,
    refresh_token: grant.refreshToken,
    token_type: 'bearer',
    scope: grant.scopes.join(' '),
  }
  return json({ ...tokens, expires_in: lives.expiresIn, refresh_token_expires_in: lives.refreshExpiresIn }, 201)
}

function lifeIn(
  sent: unknown,
  { usual, least, most }: { readonly usual: number; readonly least: number; readonly most: number },
): number {
  if (sent === undefined || sent === null) return usual
  const seconds = Number(sent)
  if (!Number.isInteger(seconds) || seconds < least || seconds > most) {
    throw tokenError('invalid_request', `The expiry must be from ${least} to ${most} seconds.`)
  }
  return seconds
}

function check(client: OAuthClient, form: Record<string, unknown>): Asked {
  const text = (name: string): string => plainText(form[name])
  if (text('client_id') !== client.identifier) throw refusalPage(400, 'Invalid Authorization Request', 'No such client')
  const redirectUri = text('redirect_uri')
  if (!mayRedirect(client, redirectUri))
    throw refusalPage(
      400,
      'Invalid Authorization Request',
      'The redirect_uri is not one of those registered for the client.',
    )
  if (text('response_type') !== 'code')
    throw refusalPage(400, 'Invalid Authorization Request', 'The response_type must be code.')
  const method = text('code_challenge_method')
  if (text('code_challenge') !== '' && method !== 'S256')
    throw refusalPage(400, 'Invalid Authorization Request', 'The code_challenge_method must be S256.')
  const scopes = scopesIn(text('scope'))
  if (scopes.length === 0 || scopes.some((one) => !scopeWords.has(one)))
    throw refusalPage(400, 'Invalid Authorization Request', 'The scope is invalid, unknown, or malformed.')
  const challenge = text('code_challenge') === '' ? null : text('code_challenge')
  return { clientId: client.identifier, redirectUri, state: text('state'), scopes, challenge }
}

function mayRedirect({ redirectUris }: OAuthClient, uri: string): boolean {
  if (!URL.canParse(uri)) return false
  if (redirectUris.length > 0) return redirectUris.includes(uri)
  const { protocol, hostname } = new URL(uri)
  return protocol === 'https:' || (protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(hostname))
}

function scopesIn(text: string): string[] {
  return text.split(/[\s,]+/).filter((word) => word !== '')
}

function invalidGrant(): ReplyError {
  return tokenError(
    'invalid_grant',
    'The provided authorization grant is invalid, expired, revoked, does not match the redirection URI used in the authorization request, or was issued to another client.',
  )
}

function tokenError(error: string, error_description: string, status = 400): ReplyError {
  return new ReplyError({ status, json: { error, error_description } }, error_description)
}
