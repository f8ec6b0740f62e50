import type { AccountClient, Answer } from '../../kit/account-client.ts'
import type { Connector, Stream, Webhook } from '../../kit/contract.ts'
import type { Credential, Settings } from '../../store/account.ts'
import {
  CredentialError,
  MalformedError,
  NotFoundError,
  RateLimitedError,
  RejectedError,
  UnavailableError,
} from '../../kit/errors.ts'
import type { ProviderError } from '../../kit/errors.ts'
import { readEach } from '../../kit/read-each.ts'
import type { Change } from '../../store/change.ts'
import type { Json } from '../../store/kinds.ts'
import type { Label } from './fake-provider.ts'

const PROVIDER = 'fakedesk'

/** A delivery of the invented provider. */
export interface FakeDelivery {
  readonly id: string | null
  readonly account: string
  readonly topic: string
  /** Labels that are whole in the delivery. */
  readonly labels?: readonly Label[]
  /** Labels to read again. */
  readonly reread?: readonly string[]
  /** Messages that their customers have read. */
  readonly read?: readonly string[]
}

interface LabelPage {
  /** A label that is not shown whole has to be read by itself. */
  readonly data: readonly (Label | Pick<Label, 'id'>)[]
  readonly next: number
  readonly more?: boolean
  readonly total: number
}

const toChange = (label: Label): Change => ({
  op: 'upsert',
  kind: 'tag',
  remoteId: label.id,
  version: new Date(label.updatedAt),
  fields: { name: label.name, createdAt: null, updatedAt: new Date(label.updatedAt) },
  native: { ...label },
})

async function readLabel(client: AccountClient, remoteId: string, signal: AbortSignal): Promise<Change[]> {
  const { body } = await client.request({ method: 'GET', path: `/labels/${remoteId}`, signal })
  return [toChange(body as Label)]
}

const labels: Stream = {
  name: 'labels',
  kind: 'tag',
  everyMs: 3_600_000,
  async read(client, cursor, { signal }) {
    const query = { after: offset(cursor) }
    const { body } = await client.request({ method: 'GET', path: '/labels', query, signal })
    const { data, next, more, total } = body as LabelPage
    const page = await readEach(data, { limit: 2, signal, remoteIdOf: ({ id }) => id }, (listed, reading) =>
      'name' in listed ? Promise.resolve([toChange(listed)]) : readLabel(client, listed.id, reading),
    )
    return { ...page, cursor: { after: next }, done: more !== true, total }
  },
  readOne: (client, remoteId, { signal }) => readLabel(client, remoteId, signal),
}

/** Always empty: there so that an integration has more than one stream. */
const groups: Stream = {
  name: 'groups',
  kind: 'team',
  everyMs: 3_600_000,
  async read(client) {
    await client.request({ method: 'GET', path: '/groups' })
    return { changes: [], failed: [], cursor: {}, done: true, total: 0 }
  },
  readOne: null,
}

function offset(cursor: Json | null): number {
  if (cursor === null) return 0
  const { after } = cursor as { readonly after: number }
  return after
}

/** How the invented provider pushes to our app. */
const appWebhook: Webhook = {
  addressee: 'app',
  subscription: null,
  proof: {
    kind: 'signature',
    header: 'X-Fake-Signature',
    algorithm: 'sha256',
    encoding: 'hex',
    prefix: 'sha256=',
    timestamp: null,
  },
  envelope(body, headers) {
    const { id, account, topic } = toDelivery(body)
    const invocation = headers['x-fake-invocation']
    const deliveryId = typeof invocation === 'string' ? invocation : id
    return { deliveryId, accountId: account, topic, sentAt: null, probe: topic === 'ping' }
  },
  interpret(body) {
    const { labels: whole = [], reread = [], read = [], topic } = toDelivery(body)
    if (topic === 'unreadable') throw new MalformedError(PROVIDER, 'expected a topic that can be read')
    return {
      changes: whole.map(toChange),
      reread: reread.map((remoteId) => ({ stream: 'labels', remoteId })),
      receipts: [{ state: 'READ', messages: read }],
      revoked: topic === 'app.removed',
    }
  },
}

/** The connector of the invented provider: as small as the contract allows. */
export const fakeConnector: Connector & { readonly webhook: Webhook } = {
  provider: PROVIDER,
  title: 'Fakedesk',
  description: 'An invented provider for the tests of the engines.',
  auth: [],
  api: {
    baseUrl: (settings) => settings.baseUrl ?? 'http://fakedesk.invalid',
    headers: {},
    sign: (headers, credential) => headers.set('authorization', credential.accessToken ?? ''),
    judge,
    quota: () => null,
    defaultQuota: { limit: 1_000, windowMs: 1_000 },
    limits: [],
    timeoutMs: 5_000,
  },
  streams: [groups, labels],
  webhook: appWebhook,
  actions: {},
  remap: { tag: ({ native }) => [toChange(native as Label & Json)] },
  identify: () => Promise.resolve({ id: 'account-1', name: 'Fake account', region: null, actorRemoteId: null }),
  revoke: null,
}

function toDelivery(body: Json): FakeDelivery {
  if (typeof body !== 'object' || body === null || !('topic' in body)) {
    throw new MalformedError(PROVIDER, 'expected the delivery to have a topic')
  }
  return body as FakeDelivery & Json
}

function judge({ status, headers, receivedAt }: Answer): ProviderError | null {
  if (status < 400) return null
  const after = headers.get('retry-after')
  const retryAt = after === null ? null : new Date(receivedAt.getTime() + Number(after) * 1000)
  if (status === 401) return new CredentialError(PROVIDER, 'the token was revoked')
  if (status === 404) return new NotFoundError(PROVIDER, 'not there')
  if (status === 429) return new RateLimitedError(PROVIDER, 'too many requests', retryAt ?? receivedAt)
  if (status >= 500) return new UnavailableError(PROVIDER, `answered ${status}`, retryAt)
  if (status === 403) return new RejectedError(PROVIDER, 'answered 403', null, 'not in your plan')
  return new MalformedError(PROVIDER, `answered ${status}`)
}

/** Speaks to the invented provider, without any patience: what the engines do about errors is what is tested. */
export function fakeClient(settings: Settings, credential: Credential): AccountClient {
  return {
    provider: PROVIDER,
    accountId: 'account-1',
    settings,
    async request({ method, path, query = {}, body, signal }) {
      const url = new URL(path, fakeConnector.api.baseUrl(settings))
      for (const [name, value] of Object.entries(query)) url.searchParams.set(name, String(value))
      const headers = new Headers()
      fakeConnector.api.sign(headers, credential)
      const sent = { method, headers, body: body === undefined ? null : JSON.stringify(body), signal: signal ?? null }
      const response = await fetch(url, sent).catch((cause: unknown) => {
        signal?.throwIfAborted()
        throw new UnavailableError(PROVIDER, 'did not answer', null, { cause })
      })
      const answer = {
        status: response.status,
        headers: response.headers,
        body: (await response.json()) as unknown,
        receivedAt: new Date(),
      }
      const error = judge(answer)
      if (error) throw error
      return answer
    },
  }
}
