import type { Simulated } from '../provider-settings.ts'
import type { Settings } from '../store/account.ts'

/** Where a simulated provider listens and keeps what happens in it, and the app that it knows. */
export interface TwinPlace {
  readonly port: number
  readonly host: string
  readonly statePath: string
  readonly log: (line: string) => void
  readonly app: { readonly clientId: string; readonly clientSecret: string }
}

/** A simulated provider that runs. */
export interface RunningTwin extends AsyncDisposable {
  readonly url: string
  readonly startTraffic: (options: { readonly everyMs: number }) => void
}

/** A provider that the demo simulates. */
export interface SimulatedProvider {
  readonly name: Simulated
  readonly title: string
  /** Starts its twin, which is loaded only now. */
  readonly start: (place: TwinPlace) => Promise<RunningTwin>
  readonly settings: Pick<Settings, 'region' | 'domain'>
  /** Values of the fields by which an account of it is connected. */
  readonly fields: Readonly<Record<string, string>>
}

/** The key that the demo connects its simulated Intercom with. It opens nothing else. */
export const DEMO_ACCESS_TOKEN = 'dG9rOnN3aXRjaGJvYXJkLWRlbW8taW50ZXJjb20='

const ZENDESK = { subdomain: 'lanternandloom', apiToken: 'switchboarddemozendesktoken0000000000000' } as const
/** Whom that token acts as: the twin's administrator. */
const ZENDESK_EMAIL = 'ingrid@lanternandloom.example'
const FRESHDESK = { domain: 'harbourandpine', apiKey: 'switchboarddemofresh' } as const

/** As much history as can be read within a minute or two at the pace that the provider allows. */
const TICKETS = 120

const intercom: SimulatedProvider = {
  name: 'intercom',
  title: 'Intercom',
  start: async ({ app, ...place }) => {
    const { startIntercomTwin } = await import('../twins/intercom/index.ts')
    return startIntercomTwin({ ...place, ...app, accessToken: DEMO_ACCESS_TOKEN })
  },
  settings: { region: null, domain: null },
  fields: { accessToken: DEMO_ACCESS_TOKEN, region: 'us' },
}

const zendesk: SimulatedProvider = {
  name: 'zendesk',
  title: 'Zendesk',
  start: async ({ app, ...place }) => {
    const { startZendeskTwin } = await import('../twins/zendesk/index.ts')
    const account = { ...ZENDESK, name: 'Lantern & Loom', users: 150, organizations: 20, tickets: TICKETS }
    return startZendeskTwin({ ...place, ...app, accounts: [account] })
  },
  settings: { region: null, domain: ZENDESK.subdomain },
  fields: { domain: ZENDESK.subdomain, email: ZENDESK_EMAIL, apiToken: ZENDESK.apiToken },
}

const freshdesk: SimulatedProvider = {
  name: 'freshdesk',
  title: 'Freshdesk',
  start: async ({ port, host, statePath, log }) => {
    const { startFreshdeskTwin } = await import('../twins/freshdesk/index.ts')
    const account = { ...FRESHDESK, name: 'Harbour & Pine', contacts: 150, companies: 20, tickets: TICKETS }
    return startFreshdeskTwin({ port, host, statePath, log, accounts: [account] })
  },
  settings: { region: null, domain: FRESHDESK.domain },
  fields: { ...FRESHDESK },
}

/** The providers that the demo simulates, by name. */
export const simulatedProviders: Readonly<Record<Simulated, SimulatedProvider>> = { intercom, zendesk, freshdesk }
