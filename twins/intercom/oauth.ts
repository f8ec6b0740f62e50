import { bodyObject, ReplyError } from '../exchange.ts'
import type { TwinReply, TwinRequest } from '../exchange.ts'
import type { RouteTable } from '../router.ts'
import { apiError, missing } from './errors.ts'
import { escapeHtml } from '../plaintext.ts'
import type { IntercomControlled } from './control.ts'
import { revokeTokens } from './control.ts'
import { newCode, newToken } from './tokens.ts'
import type { World } from './world.ts'

/** The app that asks to be let in. */
export interface OAuthApp {
  readonly clientId: string
  readonly clientSecret: string
  /** Where people may be sent back to; empty allows any https address, and http on this machine. */
  readonly redirectUris: readonly string[]
}

/** Answers a request that needs no token. */
export type OpenHandler = (request: TwinRequest) => TwinReply

interface Asked {
  readonly clientId: string
  readonly redirectUri: string
  readonly state: string
}

/** The consent page, the exchange of codes and the end of an installation. */
export function oauthRoutes(app: OAuthApp, twin: IntercomControlled): RouteTable<OpenHandler> {
  const { tokens, world, webhooks, recorder } = twin
  return {
    'GET /oauth'(request) {
      const asked = check(app, Object.fromEntries(request.query))
      return { status: 200, html: consentPage(world, asked) }
    },
    'POST /oauth'(request) {
      const form = bodyObject(request) ?? {}
      const asked = check(app, form)
      const to = new URL(asked.redirectUri)
      if (form['decision'] === 'allow') {
        const [code, adminId] = [newCode(), world.admins[0]?.id ?? '']
        recorder.record({ do: 'allow', code, adminId }, () => tokens.issueCode(code, adminId))
        to.searchParams.set('code', code)
      } else to.searchParams.set('error', 'access_denied')
      if (asked.state !== '') to.searchParams.set('state', asked.state)
      return { status: 302, headers: { Location: to.href } }
    },
    'POST /auth/eagle/token'(request) {
      const body = bodyObject(request) ?? {}
      const { code, client_id: clientId, client_secret: clientSecret } = body
      if (typeof code !== 'string' || code === '') throw missing('code')
      if (clientId !== app.clientId || clientSecret !== app.clientSecret) {
        throw apiError(401, 'unauthorized', 'Client ID or client secret is not valid')
      }
      const token = newToken()
      recorder.record({ do: 'install', code, token }, () => tokens.redeem(code, token))
      webhooks.enable(true)
      return { status: 200, json: { token_type: 'Bearer', token, access_token: token } }
    },
    'POST /auth/uninstall'(request) {
      const { token } = tokens.authorize(request.headers.authorization)
      revokeTokens(twin, token)
      return { status: 200, json: {} }
    },
  }
}

function check(app: OAuthApp, form: Record<string, unknown>): Asked {
  const text = (name: string): string => {
    const value = form[name]
    return typeof value === 'string' ? value : ''
  }
  if (text('client_id') !== app.clientId) throw page(404, 'This app does not exist', 'No app has this client_id.')
  const redirectUri = text('redirect_uri') || (app.redirectUris[0] ?? '')
  if (!mayRedirect(app, redirectUri)) {
    throw page(400, 'This app cannot be connected', 'Its redirect_uri is not one of those registered for the app.')
  }
  return { clientId: app.clientId, redirectUri, state: text('state') }
}

function mayRedirect(app: OAuthApp, uri: string): boolean {
  if (!URL.canParse(uri)) return false
  if (app.redirectUris.length > 0) return app.redirectUris.includes(uri)
  const { protocol, hostname } = new URL(uri)
  return protocol === 'https:' || (protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(hostname))
}

function page(status: number, title: string, text: string): ReplyError {
  return new ReplyError({ status, html: layout(title, `<p>${escapeHtml(text)}</p>`) }, text)
}

function consentPage(world: World, asked: Asked): string {
  const hidden = [
    ['client_id', asked.clientId],
    ['redirect_uri', asked.redirectUri],
    ['state', asked.state],
  ]
    .map(([name = '', value = '']) => `<input type="hidden" name="${name}" value="${escapeHtml(value)}">`)
    .join('')
  const button = (decision: string, label: string): string =>
    `<form method="post" action="/oauth">${hidden}<button id="${decision}" name="decision" value="${decision}">${label}</button></form>`
  return layout(
    `Connect ${world.app.name}?`,
    `<p><strong>${escapeHtml(asked.clientId)}</strong> asks to read and write people, companies, conversations and tickets of
<strong>${escapeHtml(world.app.name)}</strong> (${escapeHtml(world.app.id)}).</p>
<p class="choices">${button('allow', 'Allow')}${button('deny', 'Deny')}</p>
<p class="small">This is a simulator. No Intercom account is involved.</p>`,
  )
}

function layout(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; color: #1f2933; background: #f4f6f8; margin: 0; padding: 10vh 1rem; }
main { max-width: 30rem; margin: 0 auto; background: #fff; border-radius: 12px; padding: 2rem; box-shadow: 0 2px 12px #0002; }
h1 { font-size: 1.3rem; margin-top: 0; }
form { display: inline; }
button { font: inherit; padding: .5rem 1.4rem; margin-right: .6rem; border-radius: 8px; border: 1px solid #1f2933; background: #fff; cursor: pointer; }
#allow { background: #1f2933; color: #fff; }
.small { color: #627d98; font-size: .85rem; }
</style>
</head>
<body><main><h1>${escapeHtml(title)}</h1>
${body}
</main></body>
</html>
`
}
