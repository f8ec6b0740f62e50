import { startZendeskTwin } from '../../twins/zendesk/index.ts'
import type { ThrottledProvider } from './throttled.ts'

const MINUTE_MS = 60_000
const SUBDOMAIN = 'harbourpine'

/** What the smallest plan is allowed in a minute, and every plan of exports. */
const limits = { total: 200, export: 10 }

/** Zendesk: a minute for the account and one for exports, whose ends are told in seconds. */
export const zendesk: ThrottledProvider = {
  provider: 'zendesk',
  tries: [
    { limit: 'account', stream: 'tickets', allowed: limits.total, windowMs: MINUTE_MS, takes: () => 1 },
    {
      limit: 'exports',
      stream: 'users',
      allowed: limits.export,
      windowMs: MINUTE_MS,
      takes: ({ path }) => (path.includes('/incremental/') ? 1 : 0),
    },
  ],
  async start(clock) {
    const accounts = [
      { subdomain: SUBDOMAIN, name: 'Harbour & Pine', limits, users: 200, organizations: 20, tickets: 300 },
    ]
    const twin = await startZendeskTwin({ accounts, now: () => clock.now() })
    const [account] = twin.accounts()
    if (account === undefined) throw new Error('the twin has no account')
    const fields = { domain: SUBDOMAIN, email: account.email, apiToken: account.apiToken }
    return {
      settings: { baseUrl: twin.url, region: null, domain: SUBDOMAIN, actorRemoteId: null },
      credential: { accessToken: null, refreshToken: null, expiresAt: null, fields },
      [Symbol.asyncDispose]: () => twin.close(),
    }
  },
}
