import { startIntercomTwin } from '../../twins/intercom/index.ts'
import type { ThrottledProvider } from './throttled.ts'

/** What a small app is allowed in ten seconds, as Intercom shows it. */
const ALLOWED = 166

/** Intercom: one limit on everything, in windows of ten seconds whose end is told. */
export const intercom: ThrottledProvider = {
  provider: 'intercom',
  tries: [{ limit: 'account', stream: 'conversations', allowed: ALLOWED, windowMs: 10_000, takes: () => 1 }],
  async start(clock) {
    const twin = await startIntercomTwin({
      clientId: 'client',
      clientSecret: 'secret',
      rateLimit: ALLOWED,
      contacts: 200,
      companies: 20,
      conversations: 400,
      tickets: 50,
      now: () => clock.now(),
    })
    return {
      settings: { baseUrl: twin.url, region: null, domain: null, actorRemoteId: null },
      credential: { accessToken: twin.accessToken, refreshToken: null, expiresAt: null, fields: {} },
      [Symbol.asyncDispose]: () => twin.close(),
    }
  },
}
