import { ReplyError } from '../exchange.ts'
import { escapeHtml } from '../plaintext.ts'
import type { World } from './world.ts'

/** What an app asks for. */
export interface Asked {
  readonly clientId: string
  readonly redirectUri: string
  readonly state: string
  readonly scopes: readonly string[]
  readonly challenge: string | null
}

/** The page on which somebody lets an app in, as the account's administrator unless `user_id` names an agent. */
export function consentPage(world: World, asked: Asked, base: string): string {
  const hidden = Object.entries({
    response_type: 'code',
    client_id: asked.clientId,
    redirect_uri: asked.redirectUri,
    state: asked.state,
    scope: asked.scopes.join(' '),
    ...(asked.challenge === null ? {} : { code_challenge: asked.challenge, code_challenge_method: 'S256' }),
  })
    .map(([name, value]) => `<input type="hidden" name="${name}" value="${escapeHtml(value)}">`)
    .join('')
  const button = (decision: string, label: string): string =>
    `<form method="post" action="${escapeHtml(new URL(base).pathname)}/oauth/authorizations/new">${hidden}<button id="${decision}" name="decision" value="${decision}">${label}</button></form>`
  const { name, subdomain } = world.account
  return layout(
    `Connect ${name}?`,
    `<p><strong>${escapeHtml(asked.clientId)}</strong> asks for <code>${escapeHtml(asked.scopes.join(' '))}</code> in
<strong>${escapeHtml(subdomain)}.zendesk.com</strong>.</p>
<p>${button('allow', 'Allow')} ${button('deny', 'Deny')}</p>
<p>This is a simulator. No Zendesk account is involved.</p>`,
  )
}

/** A page that says why nobody can be let in. */
export function refusalPage(status: number, title: string, text: string): ReplyError {
  return new ReplyError({ status, html: layout(title, `<p>${escapeHtml(text)}</p>`) }, text)
}

function layout(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>body { font: 16px/1.5 system-ui, sans-serif; max-width: 32rem; margin: 10vh auto; padding: 0 1rem; } form { display: inline; }</style>
</head>
<body><h1>${escapeHtml(title)}</h1>
${body}
</body>
</html>
`
}
