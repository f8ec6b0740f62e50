import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Agent } from 'undici'
import type { AccountClient } from '../../../kit/account-client.ts'
import { openBreaker } from '../../../kit/breaker.ts'
import { openBudget } from '../../../kit/budget.ts'
import { openClient } from '../../../kit/client.ts'
import type { ReadContext, Stream, StreamPage } from '../../../kit/contract.ts'
import type { Credential, Settings } from '../../../store/account.ts'
import type { Json } from '../../../store/kinds.ts'
import { zendesk } from '../../../subgraphs/zendesk/index.ts'
import { startZendeskTwin, type ZendeskTwin } from '../../../twins/zendesk/index.ts'
import type { Mirror } from '../../contract/mirror.ts'
import { createSkippingClock } from '../../kit/clocks.ts'

/** Zendesk's own description: with it beside us, the twin refuses what it does not allow. */
const CONTRACT = fileURLToPath(new URL('../../../../shared/contracts/zendesk.openapi.json', import.meta.url))

export const SUBDOMAIN = 'lanternandloom'

/** The connector before its twin: the real client on a real socket, and time that passes when it is waited for. */
export interface Desk extends AsyncDisposable {
  readonly twin: ZendeskTwin
  readonly client: AccountClient
  readonly credential: Credential
  readonly settings: Settings
  /** A client with another credential or other settings. */
  open(given: { readonly credential?: Credential; readonly settings?: Settings }): AccountClient
  context(mirror: Mirror): ReadContext
  /** Reads from a cursor until the stream says that it is done, into the mirror. */
  readToEnd(name: string, mirror: Mirror, from?: Json | null): Promise<readonly StreamPage[]>
  pass(milliseconds: number): Promise<void>
  /** Of a list of the twin's own door. */
  ids(list: string): Promise<readonly string[]>
  /** Asks the twin as its administrator would, past the connector. */
  ask(method: string, path: string, body?: object): Promise<unknown>
}

export const streamOf = (name: string): Stream => {
  const stream = zendesk.streams.find((each) => each.name === name)
  if (stream === undefined) throw new Error(`there is no stream ${name}`)
  return stream
}

/** Starts the twin with a few hundred records. */
export async function openDesk({
  countsExactlyTo,
  ...sizes
}: { readonly users?: number; readonly tickets?: number; readonly countsExactlyTo?: number } = {}): Promise<Desk> {
  const clock = createSkippingClock()
  await clock.wait(13 * 3600 * 1000)
  const twin = await startZendeskTwin({
    accounts: [{ subdomain: SUBDOMAIN, users: 60, organizations: 12, tickets: 130, ...sizes }],
    now: () => clock.now(),
    ...(countsExactlyTo !== undefined && { countsExactlyTo }),
    ...(existsSync(CONTRACT) ? { contractPath: CONTRACT } : {}),
  })
  const [account] = twin.accounts()
  if (account === undefined) throw new Error('the twin has no account')
  const fields = { domain: SUBDOMAIN, email: account.email, apiToken: account.apiToken }
  const credential: Credential = { accessToken: null, refreshToken: null, expiresAt: null, fields }
  const settings: Settings = { baseUrl: twin.url, region: null, domain: SUBDOMAIN, actorRemoteId: null }
  const dispatcher = new Agent()
  const { signal } = new AbortController()
  const open: Desk['open'] = (given) =>
    openClient({
      connector: zendesk,
      accountId: SUBDOMAIN,
      settings: given.settings ?? settings,
      credential: () => Promise.resolve(given.credential ?? credential),
      budget: openBudget({ provider: 'zendesk', api: zendesk.api, clock }),
      breaker: openBreaker(clock),
      lane: 'live',
      dispatcher,
      clock,
      random: () => 0.5,
      log: () => {},
      signal,
    })
  const client = open({})
  const context = (mirror: Mirror): ReadContext => ({
    now: clock.now(),
    signal,
    versions: (kind, remoteIds) => mirror.versions(kind, remoteIds),
    stored: (kind) => mirror.stored(kind),
    lastAsked: async () => new Map(),
  })
  return {
    twin,
    client,
    credential,
    settings,
    open,
    context,
    async readToEnd(name, mirror, from = null) {
      const pages: StreamPage[] = []
      for (let cursor = from; ;) {
        const page = await streamOf(name).read(client, cursor, context(mirror))
        pages.push(page)
        mirror.apply(page.changes)
        if (page.done) return pages
        cursor = page.cursor
      }
    },
    pass: (milliseconds) => clock.wait(milliseconds),
    async ids(list) {
      const answer = await twin.control('GET', `/ids/${list}`)
      return Array.isArray(answer) ? answer.map(String) : []
    },
    async ask(method, path, body) {
      const authorization = `Basic ${Buffer.from(`${account.email}/token:${account.apiToken}`).toString('base64')}`
      const answer = await fetch(`${account.url}/api/v2${path}`, {
        method,
        headers: { authorization, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      const text = await answer.text()
      return text === '' ? null : JSON.parse(text)
    },
    async [Symbol.asyncDispose]() {
      await dispatcher.close()
      await twin.close()
    },
  }
}
