import { z } from 'zod'
import { httpUrl, someOf } from './setting-kinds.ts'

/** The providers that the demo can simulate. Each listens on the port after the one before it. */
export const SIMULATED = ['intercom', 'zendesk', 'freshdesk'] as const
export type Simulated = (typeof SIMULATED)[number]

/** Where the first of the simulated providers listens. */
export const FIRST_TWIN_PORT = 4010

/** What is set for one provider. */
export interface ProviderConfig {
  /** Another base URL; null for the provider's own. */
  readonly url: string | null
  /** Our registration as an OAuth app; the secret also proves its webhooks. */
  readonly clientId: string | null
  readonly clientSecret: string | null
}

/** What the demo's simulated provider and the demo agree on when nothing is set. */
const DEMO_APP = { clientId: 'switchboard-demo', clientSecret: 'switchboard-demo-secret' } as const

/** The settings of providers, and of the demo that simulates them. */
export const providerSettings = {
  SWITCHBOARD_DEMO_PROVIDERS: someOf(SIMULATED).default([...SIMULATED]),
  SWITCHBOARD_TWINS_URL: httpUrl.default(`http://127.0.0.1:${FIRST_TWIN_PORT}`),
  SWITCHBOARD_INTERCOM_URL: httpUrl.optional(),
  INTERCOM_CLIENT_ID: z.string().optional(),
  INTERCOM_CLIENT_SECRET: z.string().optional(),
  SWITCHBOARD_ZENDESK_URL: httpUrl.optional(),
  ZENDESK_CLIENT_ID: z.string().optional(),
  ZENDESK_CLIENT_SECRET: z.string().optional(),
  SWITCHBOARD_FRESHDESK_URL: httpUrl.optional(),
} as const

const given = z.object(providerSettings)
type Given = z.output<typeof given>

/** Whether an app of our own is registered anywhere. */
export const hasApp = (set: Given): boolean => (set.INTERCOM_CLIENT_ID ?? set.ZENDESK_CLIENT_ID) !== undefined

/** What is wrong with the apps, by the names of what is set. */
export const appProblems = (set: Readonly<Record<string, unknown>>): readonly string[] =>
  ['INTERCOM', 'ZENDESK']
    .filter((app) => `${app}_CLIENT_ID` in set !== `${app}_CLIENT_SECRET` in set)
    .map((app) => `${app}_CLIENT_ID and ${app}_CLIENT_SECRET: set both, or neither`)

/** Where a simulated provider listens when the first one listens at `url`. */
function twinUrl(url: string, provider: Simulated): string {
  const place = new URL(url)
  place.port = String(Number(place.port || 80) + SIMULATED.indexOf(provider))
  return place.href.replace(/\/$/, '')
}

type App = Pick<ProviderConfig, 'clientId' | 'clientSecret'>

const NO_APP: App = { clientId: null, clientSecret: null }

/**
 * What is set for each provider, by lower-case name.
 *
 * @param elsewhere whether simulated providers run in a process of their own; in one process they tell their addresses
 *   themselves, when they have them
 */
export function readProviders(set: Given, demo: boolean, elsewhere: boolean): Readonly<Record<string, ProviderConfig>> {
  const unset: App = demo ? DEMO_APP : NO_APP
  const provider = (name: Simulated, url: string | undefined, app: App): ProviderConfig => {
    const simulated = elsewhere && set.SWITCHBOARD_DEMO_PROVIDERS.includes(name)
    return Object.freeze({ url: url ?? (simulated ? twinUrl(set.SWITCHBOARD_TWINS_URL, name) : null), ...app })
  }
  return Object.freeze({
    intercom: provider('intercom', set.SWITCHBOARD_INTERCOM_URL, {
      clientId: set.INTERCOM_CLIENT_ID ?? unset.clientId,
      clientSecret: set.INTERCOM_CLIENT_SECRET ?? unset.clientSecret,
    }),
    zendesk: provider('zendesk', set.SWITCHBOARD_ZENDESK_URL, {
      clientId: set.ZENDESK_CLIENT_ID ?? unset.clientId,
      clientSecret: set.ZENDESK_CLIENT_SECRET ?? unset.clientSecret,
    }),
    // Let in by a key alone.
    freshdesk: provider('freshdesk', set.SWITCHBOARD_FRESHDESK_URL, NO_APP),
  })
}
