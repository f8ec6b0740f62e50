import type { BulkKind } from '../../store/bulk/job.ts'
import type { BulkDraft } from '../../store/bulk/start.ts'
import { fromNodeId } from '../../store/id.ts'
import { toFilter } from '../interfaces/filters.ts'
import { type UserError, userError } from '../interfaces/user-error.ts'

/** Most ids that one input may name. */
export const MOST_BULK_IDS = 10_000

/** The records that an input names, or what is wrong with how it names them. */
export type NamedRows =
  | { readonly kind: BulkKind; readonly rows: BulkDraft['rows']; readonly error: null }
  | { readonly kind: null; readonly rows: null; readonly error: UserError }

/** The input fields that filter, by the kind of records that each finds. */
type Filters = { readonly [K in BulkKind]?: object | null | undefined }

const FIELDS: Readonly<Record<BulkKind, string>> = {
  contact: 'contacts',
  company: 'companies',
  conversation: 'conversations',
  ticket: 'tickets',
}

const wrong = (field: string | null, message: string): NamedRows => ({
  kind: null,
  rows: null,
  error: userError('BAD_USER_INPUT', field, message),
})

/**
 * The records that an input is about: those of its ids, or all that its one filter finds.
 *
 * A filter without a condition is refused: it is what is left of one whose variables were forgotten.
 *
 * @param filters those that the input may have, by kind
 * @throws GraphQLError `BAD_USER_INPUT` for an id in a filter that is none
 */
export function namedRows(ids: readonly string[] | null | undefined, filters: Filters): NamedRows {
  const kinds = toKinds(filters)
  const given = kinds.filter((kind) => filters[kind] != null)
  const all = ['ids', ...kinds.map((kind) => FIELDS[kind])].join(', ')
  if (given.length + (ids == null ? 0 : 1) !== 1) return wrong(null, `give exactly one of ${all}, to say which records`)
  const [kind] = given
  if (kind === undefined) return ofIds(ids ?? [], kinds)
  const filter = toFilter(filters[kind])
  if (Object.keys(filter).length > 0) return { kind, rows: { filter }, error: null }
  return wrong(FIELDS[kind], `${FIELDS[kind]}: expected a filter with at least one condition`)
}

const toKinds = (filters: Filters): readonly BulkKind[] =>
  (['contact', 'company', 'conversation', 'ticket'] as const).filter((kind) => kind in filters)

function ofIds(ids: readonly string[], kinds: readonly BulkKind[]): NamedRows {
  if (ids.length > MOST_BULK_IDS) {
    return wrong('ids', `ids: expected at most ${MOST_BULK_IDS}, but got ${ids.length}; name them by a filter`)
  }
  const first = kinds.find((kind) => kind === fromNodeId(ids[0] ?? '')?.kind)
  const [usual = 'ticket'] = kinds.toReversed()
  const kind = ids.length === 0 ? usual : first
  const found = ids.map((id) => fromNodeId(id))
  const odd = kind === undefined ? 0 : found.findIndex((each) => each?.kind !== kind)
  if (kind !== undefined && odd < 0) {
    return { kind, rows: { ids: found.flatMap((each) => each?.uuid ?? []) }, error: null }
  }
  return wrong(
    'ids',
    `ids: expected those of ${kinds.join(' or ')}s, all of one kind, but got ${JSON.stringify(ids[odd])}`,
  )
}
