import type { ServerResponse } from 'node:http'
import { ProviderError } from '../../kit/errors.ts'
import type { Route } from '../../server/role.ts'
import type { Services } from '../context.ts'
import { endAuthorization } from './authorize.ts'

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

function page(response: ServerResponse, status: number, { title, text }: { title: string; text: string }): void {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
    'referrer-policy': 'no-referrer',
  })
  response.end(
    `<!doctype html><html lang="en"><meta charset="utf-8"><title>${escape(title)}</title>` +
      `<body style="font:16px/1.5 system-ui;max-width:36em;margin:4em auto;padding:0 1em">` +
      `<h1>${escape(title)}</h1><p>${escape(text)}</p></body></html>`,
  )
}

/**
 * Where a provider sends a person back to. The state proves who began; no token is asked for.
 *
 * It stands where webhooks come in, since that has to be public for providers anyway.
 *
 * Answers a page that says how it went: 200 connected, 400 refused or stale, 502 when the provider did not answer.
 */
export function callbackRoute(services: Services): Route {
  return {
    method: 'GET',
    path: '/oauth/callback',
    async handle(_request, response, url) {
      try {
        const integration = await endAuthorization(services, url.searchParams, null)
        page(response, 200, {
          title: `${integration.name} is connected`,
          text: 'The first sync has begun. You may close this page.',
        })
      } catch (error) {
        if (!(error instanceof ProviderError)) throw error
        const theirs = error.recovery === 'retry'
        page(response, theirs ? 502 : 400, {
          title: 'Not connected',
          text: `${error.message}. Begin again in Switchboard.`,
        })
      }
    },
  }
}
