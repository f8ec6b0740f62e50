import { z } from 'zod'
import type { AccountClient } from '../../kit/account-client.ts'
import type { Stream } from '../../kit/contract.ts'
import { MalformedError, NotFoundError, RejectedError } from '../../kit/errors.ts'
import { wholeList } from '../../kit/whole-list.ts'
import { idOf } from '../../kit/wire.ts'
import { definitionRemoteId, fieldRemoteId } from '../../store/definition-id.ts'
import type { Change } from '../../store/change.ts'
import { toBrand, toField, toForm, toPolicy, toStatus } from './mapping-definitions.ts'
import { readPages } from './pages.ts'
import { PROVIDER, receive } from './wire.ts'
import { wireBrand, wireCustomStatus, wireField, wireForm, wirePolicy } from './wire-definitions.ts'
import { SYSTEM_FIELDS } from './words.ts'

/** One of the lists of what an account defined. */
interface Sort {
  readonly name: string
  readonly path: string
  readonly list: string
  readonly map: (record: unknown, from: string) => Change
  /** The remote id of a record that may be odd otherwise. */
  readonly remoteIdOf: (id: string, record: unknown) => string
  /** Not every plan has it: then it is refused, and there are none. */
  readonly optional: boolean
}

const wireKeyed = z.looseObject({ key: z.string() })

const keyIn = (record: unknown): string | null => wireKeyed.safeParse(record).data?.key ?? null

const SORTS: readonly Sort[] = [
  {
    name: 'ticket fields',
    path: '/api/v2/ticket_fields',
    list: 'ticket_fields',
    map: (record, from) => toField(receive(wireField, record, from), 'ticket'),
    remoteIdOf: (id) => fieldRemoteId('ticket', id),
    optional: false,
  },
  {
    name: 'user fields',
    path: '/api/v2/user_fields',
    list: 'user_fields',
    map: (record, from) => toField(receive(wireField, record, from), 'contact'),
    remoteIdOf: (id, record) => fieldRemoteId('contact', keyIn(record) ?? id),
    optional: false,
  },
  {
    name: 'organization fields',
    path: '/api/v2/organization_fields',
    list: 'organization_fields',
    map: (record, from) => toField(receive(wireField, record, from), 'company'),
    remoteIdOf: (id, record) => fieldRemoteId('company', keyIn(record) ?? id),
    optional: false,
  },
  {
    name: 'ticket forms',
    path: '/api/v2/ticket_forms',
    list: 'ticket_forms',
    map: (record, from) => toForm(receive(wireForm, record, from)),
    remoteIdOf: (id) => definitionRemoteId('FORM', id),
    optional: true,
  },
  {
    name: 'custom statuses',
    path: '/api/v2/custom_statuses',
    list: 'custom_statuses',
    map: (record, from) => toStatus(receive(wireCustomStatus, record, from)),
    remoteIdOf: (id) => definitionRemoteId('STATUS', id),
    optional: true,
  },
  {
    name: 'brands',
    path: '/api/v2/brands',
    list: 'brands',
    map: (record, from) => toBrand(receive(wireBrand, record, from)),
    remoteIdOf: (id) => definitionRemoteId('BRAND', id),
    optional: true,
  },
  {
    name: 'SLA policies',
    path: '/api/v2/slas/policies',
    list: 'sla_policies',
    map: (record, from) => toPolicy(receive(wirePolicy, record, from)),
    remoteIdOf: (id) => definitionRemoteId('SLA_POLICY', id),
    optional: true,
  },
]

/** A record, and which list it came by. */
const listed = z.object({ sort: z.string(), record: z.unknown() })

const isSystemField = z.looseObject({ type: z.string().refine((type) => SYSTEM_FIELDS.has(type)) })

async function readSort(client: AccountClient, { path, list, optional }: Sort, signal: AbortSignal) {
  try {
    const { records } = await readPages(client, { path, name: list }, signal)
    return records.filter((record) => !isSystemField.safeParse(record).success)
  } catch (error) {
    if (optional && (error instanceof RejectedError || error instanceof NotFoundError)) return []
    throw error
  }
}

function remoteIdOf(value: unknown): string | null {
  const read = listed.safeParse(value)
  const id = idOf(read.data?.record)
  const sort = SORTS.find(({ name }) => name === read.data?.sort)
  return id === null || sort === undefined ? null : sort.remoteIdOf(id, read.data?.record)
}

function map(value: unknown): Change {
  const { sort, record } = listed.parse(value)
  const found = SORTS.find(({ name }) => name === sort)
  if (found === undefined) throw new MalformedError(PROVIDER, `definitions: there is no list of ${sort}`)
  return found.map(record, found.name)
}

/** The definition in a record as it was listed; its remote id tells by which list. @throws MalformedError */
export function toDefinition(remoteId: string, record: unknown): Change {
  const sort = SORTS.find((each) => remoteId.startsWith(each.remoteIdOf('', null)))
  if (sort === undefined) throw new MalformedError(PROVIDER, `definitions: there is no list of ${remoteId}`)
  return sort.map(record, sort.name)
}

/** What the account itself defined, and tickets, people and organizations refer to. */
export const definitions: Stream = wholeList({
  name: 'definitions',
  kind: 'definition',
  everyMs: 60 * 60_000,
  readAll: async (client, signal) => {
    const all: z.output<typeof listed>[] = []
    for (const sort of SORTS) {
      const records = await readSort(client, sort, signal)
      all.push(...records.map((record) => ({ sort: sort.name, record })))
    }
    return all
  },
  remoteIdOf,
  map,
  readOne: null,
})
