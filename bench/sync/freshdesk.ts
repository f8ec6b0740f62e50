import { startFreshdeskTwin } from '../../twins/freshdesk/index.ts'
import type { ThrottledProvider } from './throttled.ts'

const MINUTE_MS = 60_000

/** The smallest plan with an API of its own. */
const limits = { total: 200, ticketCreate: 80, ticketUpdate: 80, ticketList: 20, contactList: 20 }
const account = {
  domain: 'harbourandpine',
  name: 'Harbour & Pine',
  apiKey: 'twinfreshdeskadminky',
  plan: 'growth',
} as const

/** Freshdesk: a minute of credits, of which it tells what is left, and not when it ends. */
export const freshdesk: ThrottledProvider = {
  provider: 'freshdesk',
  tries: [
    {
      limit: 'account',
      stream: 'tickets',
      allowed: limits.total,
      windowMs: MINUTE_MS,
      takes: ({ headers }) => Number(headers['x-ratelimit-used-currentrequest'] ?? 1),
    },
  ],
  async start(clock) {
    const twin = await startFreshdeskTwin({
      accounts: [{ ...account, limits, contacts: 150, companies: 20, tickets: 250 }],
      now: () => clock.now(),
    })
    const { domain, apiKey } = account
    return {
      settings: { baseUrl: twin.url, region: null, domain, actorRemoteId: null },
      credential: { accessToken: null, refreshToken: null, expiresAt: null, fields: { domain, apiKey } },
      [Symbol.asyncDispose]: () => twin.close(),
    }
  },
}
