import type { Credential, Settings } from '../../store/account.ts'
import { startFreshdeskTwin } from '../../twins/freshdesk/index.ts'
import { startIntercomTwin } from '../../twins/intercom/index.ts'
import { startZendeskTwin } from '../../twins/zendesk/index.ts'

/** The part of a running twin that people at the provider act by. */
type Doors = AsyncDisposable & {
  control(method: string, path: string, body?: Record<string, unknown>): Promise<unknown>
}

/** What people at a provider can do. */
export interface Hands {
  /** Acts as somebody there: `act('/customers/reply', { ticketId, body })`. Answers what the twin answers. */
  act(path: string, body: Readonly<Record<string, unknown>>): Promise<Readonly<Record<string, unknown>>>
  /** Every id of a kind that is there. */
  ids(kind: string): Promise<readonly string[]>
  /** Calls the provider's API, as the account's administrator. */
  call(method: string, path: string, body?: unknown): Promise<unknown>
}

const UNLIMITED = { total: 1e6, export: 1e6, ticketUpdate: 1e6, ticketList: 1e6, searchExport: 1e6, ticketDelete: 1e6 }
const APP = { clientId: 'client', clientSecret: 'secret' }
const bearer = (token: string): string => `Bearer ${token}`
const basic = (user: string, password: string): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`

/** A twin that runs, and how it is connected. */
export interface Started {
  readonly twin: Doors
  readonly hands: Hands
  readonly accountId: string
  readonly settings: Pick<Settings, 'baseUrl' | 'domain'>
  readonly credential: Partial<Credential>
}

interface Rest {
  readonly url: string
  readonly authorization: string
}

type Start = (now: () => Date) => Promise<Started>

/** Starts each twin, with a few dozen records. */
export const TWINS = {
  async intercom(now) {
    const sizes = { contacts: 25, companies: 3, conversations: 30, tickets: 14 }
    const twin = await startIntercomTwin({ ...APP, ...sizes, now })
    const { url, accessToken } = twin
    const rest = { url, authorization: bearer(accessToken) }
    return {
      twin,
      accountId: twin.appId,
      settings: { baseUrl: url, domain: null },
      credential: { accessToken },
      hands: handsAt(twin, rest),
    }
  },
  async freshdesk(now) {
    const domain = 'harbourandpine'
    const sizes = { contacts: 20, companies: 3, tickets: 30 }
    const account = { domain, name: 'Harbour & Pine', apiKey: 'twinfreshdeskadminky', plan: 'enterprise' } as const
    const twin = await startFreshdeskTwin({ accounts: [{ ...account, limits: { total: 1e6 }, ...sizes }], now })
    const rest = { url: `${twin.url}/${domain}/api/v2`, authorization: basic(account.apiKey, 'X') }
    const credential = { fields: { domain, apiKey: account.apiKey } }
    return { twin, accountId: domain, settings: { baseUrl: twin.url, domain }, credential, hands: handsAt(twin, rest) }
  },
  async zendesk(now) {
    const subdomain = 'harbourpine'
    const sizes = { users: 30, organizations: 4, tickets: 30 }
    const account = { subdomain, name: 'Harbour & Pine', limits: UNLIMITED, ...sizes }
    const twin = await startZendeskTwin({ accounts: [account], ...APP, now })
    const [own] = twin.accounts()
    if (own === undefined) throw new Error('the twin has no account')
    const rest = { url: `${own.url}/api/v2`, authorization: basic(`${own.email}/token`, own.apiToken) }
    const credential = { fields: { domain: subdomain, email: own.email, apiToken: own.apiToken } }
    return {
      twin,
      accountId: subdomain,
      settings: { baseUrl: twin.url, domain: subdomain },
      credential,
      hands: handsAt(twin, rest),
    }
  },
} satisfies Record<string, Start>

function handsAt(twin: Doors, rest: Rest): Hands {
  return {
    async act(path, body) {
      const answer = await twin.control('POST', path, body)
      return typeof answer === 'object' && answer !== null ? { ...answer } : {}
    },
    async ids(kind) {
      const listed = await twin.control('GET', `/ids/${kind}`)
      return Array.isArray(listed) ? listed.map(String) : []
    },
    async call(method, path, body) {
      const response = await fetch(rest.url + path, {
        method,
        headers: {
          authorization: rest.authorization,
          'content-type': 'application/json',
          'intercom-version': '2.16',
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      const text = await response.text()
      if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`)
      const answer: unknown = text === '' ? null : JSON.parse(text)
      return answer
    },
  }
}
