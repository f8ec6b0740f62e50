import { z } from 'zod'
import type { AccountClient } from '../../kit/account-client.ts'
import type { Stream } from '../../kit/contract.ts'
import { MalformedError } from '../../kit/errors.ts'
import { readWire } from '../../kit/read-wire.ts'
import { wholeList } from '../../kit/whole-list.ts'
import { idOf } from '../../kit/wire.ts'
import type { Change } from '../../store/change.ts'
import { type AppliesTo, definitionRemoteId, fieldRemoteId } from '../../store/definition-id.ts'
import type { DefinitionType } from '../../store/kinds.ts'
import { MAX_ROWS, readAllRows, readOnlyRows } from './lists.ts'
import { toDefinition, toField } from './mapping-definitions.ts'
import { PROVIDER, receive, wireField, wireNamedRecord } from './wire.ts'

/** Definitions change when somebody sets the account up; nothing tells of it. */
const EVERY_MS = 15 * 60_000

/** Whose fields each list holds. */
const FIELD_LISTS = [
  { path: '/ticket_fields', appliesTo: 'ticket' },
  { path: '/contact_fields', appliesTo: 'contact' },
  { path: '/company_fields', appliesTo: 'company' },
] as const satisfies readonly { readonly path: string; readonly appliesTo: AppliesTo }[]

/** A field as listed, and in which list. */
const listedField = z.object({ appliesTo: z.enum(['ticket', 'contact', 'company']), record: z.unknown() })

async function readFields(client: AccountClient, signal: AbortSignal): Promise<z.output<typeof listedField>[]> {
  const lists = []
  for (const { path, appliesTo } of FIELD_LISTS) {
    const rows = await readOnlyRows(client, { path, query: {}, stream: 'fields' }, signal)
    lists.push(...rows.map((record) => ({ appliesTo, record })))
  }
  return lists
}

const readListed = (listed: unknown): z.output<typeof listedField> =>
  readWire(listedField, listed, { provider: PROVIDER, stream: 'fields' })

/** The fields of tickets, contacts and companies, with the account's own statuses, priorities and sources. */
export const fields: Stream = wholeList({
  name: 'fields',
  kind: 'definition',
  everyMs: EVERY_MS,
  prefix: 'field/',
  readAll: readFields,
  remoteIdOf(listed) {
    const { appliesTo, record } = readListed(listed)
    const named = z.looseObject({ name: z.string().min(1) }).safeParse(record)
    return named.success ? fieldRemoteId(appliesTo, named.data.name) : null
  },
  map(listed) {
    const { appliesTo, record } = readListed(listed)
    return toField(receive(wireField, record, 'fields'), appliesTo)
  },
  readOne: null,
})

interface Named {
  readonly name: string
  readonly path: string
  readonly type: Exclude<DefinitionType, 'FIELD'>
  /** `one answer`: it takes no page numbers. */
  readonly given: 'in pages' | 'in one answer'
}

/** A list of things that are told by name. */
function namedList({ name, path, type, given }: Named): Stream {
  const list = { path, query: given === 'in pages' ? { per_page: MAX_ROWS } : {}, stream: name }
  const readRows = given === 'in pages' ? readAllRows : readOnlyRows
  return wholeList({
    name,
    kind: 'definition',
    everyMs: EVERY_MS,
    prefix: definitionRemoteId(type, ''),
    readAll: (client, signal) => readRows(client, list, signal),
    remoteIdOf(record) {
      const id = idOf(record)
      return id === null ? null : definitionRemoteId(type, id)
    },
    map: (record) => toDefinition(receive(wireNamedRecord, record, name), type),
    readOne: null,
  })
}

const PRODUCTS: Named = { name: 'products', path: '/products', type: 'PRODUCT', given: 'in one answer' }
const POLICIES: Named = { name: 'slaPolicies', path: '/sla_policies', type: 'SLA_POLICY', given: 'in pages' }
const HOURS: Named = { name: 'businessHours', path: '/business_hours', type: 'SCHEDULE', given: 'in pages' }

/** What the account supports. */
export const products = namedList(PRODUCTS)

/** How soon tickets are due. A ticket does not say which policy it is under. */
export const slaPolicies = namedList(POLICIES)

/** When the desk is open. */
export const businessHours = namedList(HOURS)

/** The definition in a record as it was listed; its remote id tells by which list. @throws MalformedError */
export function fromListed(remoteId: string, record: unknown): Change {
  const list = FIELD_LISTS.find(({ appliesTo }) => remoteId.startsWith(fieldRemoteId(appliesTo, '')))
  if (list !== undefined) return toField(receive(wireField, record, 'fields'), list.appliesTo)
  const named = [PRODUCTS, POLICIES, HOURS].find(({ type }) => remoteId.startsWith(definitionRemoteId(type, '')))
  if (named === undefined) throw new MalformedError(PROVIDER, `definitions: there is no list of ${remoteId}`)
  return toDefinition(receive(wireNamedRecord, record, named.name), named.type)
}
