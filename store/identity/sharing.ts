import { keyName, MOST_SHARING } from './evidence.ts'
import { identityColumns, type IdentityRow, linkingKeys, type Scope } from './rows.ts'

/** Somebody who has what another has, and how many have it. */
export interface Shared {
  readonly field: 'email' | 'phone' | 'externalId'
  readonly value: string
  /** Counted up to 1,000. */
  readonly total: number
  readonly holder: IdentityRow
}

interface SharedRow extends IdentityRow {
  readonly field: Shared['field']
  readonly value: string
  readonly total: number
}

const MOST_COUNTED = 1_000

/** Each with its column. */
const FIELDS = [
  ['email', 'email'],
  ['phone', 'phone'],
  ['externalId', 'external_id'],
] as const

const SHARING = FIELDS.map(
  ([field, column], n) => `
  select '${field}' as field, k.value, c.total, ${identityColumns('i')}
  from unnest($${n + 2}::text[]) as k (value)
  cross join lateral (
    select h.* from identity h where h.workspace_id = $1 and h.${column} = k.value
    order by h.contact_id limit ${MOST_SHARING + 1}) i
  cross join lateral (
    select count(*)::int as total from (
      select from identity h where h.workspace_id = $1 and h.${column} = k.value limit ${MOST_COUNTED}) h) c`,
).join(' union all ')

/**
 * Who has what contacts have, where it did not link them by itself: the same address, proven or not, and keys that too
 * many share. At most eleven of each, which may be among the contacts themselves.
 */
export async function readSharing(
  { queryable, workspaceId }: Scope,
  { rows, crowded }: { readonly rows: readonly IdentityRow[]; readonly crowded: ReadonlySet<string> },
): Promise<readonly Shared[]> {
  const keys = rows.flatMap(linkingKeys).filter((key) => crowded.has(keyName(key)))
  const valuesOf = (type: string): readonly string[] => [
    ...new Set(keys.filter((key) => key.type === type).map(({ value }) => value)),
  ]
  const emails = [...new Set(rows.map(({ email }) => email).filter((email) => email !== null))]
  const found = await queryable.query<SharedRow>(SHARING, [
    workspaceId,
    emails,
    valuesOf('PHONE'),
    valuesOf('EXTERNAL_ID'),
  ])
  return found.map(({ field, value, total, ...holder }) => ({ field, value, total, holder }))
}
