import { z } from 'zod'
import type { AccountClient } from '../../kit/account-client.ts'
import type { Stream } from '../../kit/contract.ts'
import { MalformedError, NotFoundError, RejectedError } from '../../kit/errors.ts'
import { wholeList } from '../../kit/whole-list.ts'
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
  /** Not every plan has it: then it is refused, and there are none. */
  readonly optional: boolean
}

const SORTS: readonly Sort[] = [
  {
    name: 'ticket fields',
    path: '/api/v2/ticket_fields',
    list: 'ticket_fields',
    map: (record, from) => toField(receive(wireField, record, from), 'ticket'),
    optional: false,
  },
  {
    name: 'user fields',
    path: '/api/v2/user_fields',
    list: 'user_fields',
    map: (record, from) => toField(receive(wireField, record, from), 'contact'),
    optional: false,
  },
  {
    name: 'organization fields',
    path: '/api/v2/organization_fields',
    list: 'organization_fields',
    map: (record, from) => toField(receive(wireField, record, from), 'company'),
    optional: false,
  },
  {
    name: 'ticket forms',
    path: '/api/v2/ticket_forms',
    list: 'ticket_forms',
    map: (record, from) => toForm(receive(wireForm, record, from)),
    optional: true,
  },
  {
    name: 'custom statuses',
    path: '/api/v2/custom_statuses',
    list: 'custom_statuses',
    map: (record, from) => toStatus(receive(wireCustomStatus, record, from)),
    optional: true,
  },
  {
    name: 'brands',
    path: '/api/v2/brands',
    list: 'brands',
    map: (record, from) => toBrand(receive(wireBrand, record, from)),
    optional: true,
  },
  {
    name: 'SLA policies',
    path: '/api/v2/slas/policies',
    list: 'sla_policies',
    map: (record, from) => toPolicy(receive(wirePolicy, record, from)),
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

function map(value: unknown): Change {
  const { sort, record } = listed.parse(value)
  const found = SORTS.find(({ name }) => name === sort)
  if (found === undefined) throw new MalformedError(PROVIDER, `definitions: there is no list of ${sort}`)
  return found.map(record, found.name)
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
  // As a definition its id is made of more: of one that cannot be read it stays unknown, so that none is taken for gone.
  remoteIdOf: () => null,
  map,
  readOne: null,
})
