import { withOdd } from '../../kit/audit.ts'
import type { Audit, Connector, Counter, Listed, Stream } from '../../kit/contract.ts'
import { readOrGone } from '../../kit/gone.ts'
import { fakeConnector } from './fake-connector.ts'
import type { Label } from './fake-provider.ts'

/** A label that says not even who it is. */
type Shown = Partial<Label>

const HOUR_MS = 3_600_000

/** Held against the list of labels, which shows versions; one that is withheld shows its id alone. */
const audit: Audit = {
  method: 'FULL_PASS',
  everyMs: 24 * HOUR_MS,
  async list(client, cursor, { signal }) {
    const { after } = (cursor ?? { after: 0 }) as { readonly after: number }
    const { body } = await client.request({ method: 'GET', path: '/labels', query: { after }, signal })
    const { data, next, more, total } = body as { data: Shown[]; next: number; more?: boolean; total: number }
    const found = data.flatMap(({ id, updatedAt }): Listed[] => {
      if (id === undefined || id === '') return []
      return [{ remoteId: id, version: updatedAt === undefined ? null : new Date(updatedAt), changes: null }]
    })
    const nameless = data.filter(({ id }) => id === '').map(() => ({ remoteId: null, reason: 'it says no id' }))
    return { ...withOdd(found, nameless), cursor: { after: next }, done: more !== true, total }
  },
}

const plain = fakeConnector.streams.find(({ name }) => name === 'labels') as Stream

/** The labels of the invented provider, audited. */
export const auditedLabels: Stream & { readonly audit: Audit } = {
  ...plain,
  readOne: (client, remoteId, context) =>
    readOrGone('tag', remoteId, async () => (await plain.readOne?.(client, remoteId, context)) ?? []),
  audit,
}

/** The connector of the invented provider, with one stream that is audited. */
export const auditedConnector: Connector = {
  ...fakeConnector,
  streams: fakeConnector.streams.map((stream) => (stream.name === 'labels' ? auditedLabels : stream)),
}

/** How many labels the invented provider counts, those that its list leaves out among them. */
const counter: Counter = {
  everyMs: HOUR_MS,
  async read(client, { now, signal }) {
    const { body } = await client.request({ method: 'GET', path: '/count', signal })
    return { count: (body as { readonly count: number }).count, at: now }
  },
}

/** The same connector, whose provider counts its labels, too. */
export const countedConnector: Connector = {
  ...auditedConnector,
  streams: auditedConnector.streams.map((stream) => (stream === auditedLabels ? { ...stream, counter } : stream)),
}
