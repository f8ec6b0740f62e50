import type { Queryable } from '../database.ts'
import type { IdentityKeys } from './keys.ts'
import { type Key, KEY_TYPES } from './evidence.ts'

/** What is kept of a contact that is there: its keys, and whose it is. */
export interface IdentityRow extends IdentityKeys {
  readonly contactId: string
  readonly customerId: string
  /** When its keys last changed. */
  readonly keyedAt: Date
}

/** Where keys and members are looked for: one workspace's rows, whatever the connection may see. */
export interface Scope {
  readonly queryable: Queryable
  readonly workspaceId: string
}

/** The select list of an `IdentityRow` from a table or subquery called `alias`. */
export const identityColumns = (alias: string): string =>
  `${alias}.contact_id as "contactId", ${alias}.customer_id as "customerId", ${alias}.email,
   ${alias}.email_proven as "emailProven", ${alias}.phone, ${alias}.external_id as "externalId",
   ${alias}.keyed_at as "keyedAt"`

/** The keys of a contact by which it is linked without anybody's doing. */
export function linkingKeys({ email, emailProven, phone, externalId }: IdentityKeys): readonly Key[] {
  const keys: Key[] = []
  if (externalId !== null) keys.push({ type: 'EXTERNAL_ID', value: externalId })
  if (email !== null && emailProven) keys.push({ type: 'VERIFIED_EMAIL', value: email })
  if (phone !== null) keys.push({ type: 'PHONE', value: phone })
  return keys
}

/** Rows by contact, and by customer. Those of another workspace, and of contacts that are gone, are not there. */
export async function readIdentities(
  { queryable, workspaceId }: Scope,
  named: { readonly contactIds?: readonly string[]; readonly customerIds?: readonly string[] },
): Promise<readonly IdentityRow[]> {
  return queryable.query<IdentityRow>(
    `select ${identityColumns('i')} from identity i
     where i.workspace_id = $1 and (i.contact_id = any ($2::uuid[]) or i.customer_id = any ($3::uuid[]))`,
    [workspaceId, named.contactIds ?? [], named.customerIds ?? []],
  )
}

/** A key to look up, and how many holders are wanted at most. */
export interface Sought {
  readonly key: Key
  readonly most: number
}

/** A contact that holds a key. */
export type Holder = IdentityRow & Key

const CONDITION: Readonly<Record<Key['type'], string>> = {
  EXTERNAL_ID: 'h.external_id = k.value',
  VERIFIED_EMAIL: 'h.email = k.value and h.email_proven',
  PHONE: 'h.phone = k.value',
}

const HOLDERS = KEY_TYPES.map(
  (type, n) => `
  select '${type}' as type, k.value, ${identityColumns('i')}
  from unnest($${2 + 2 * n}::text[], $${3 + 2 * n}::int[]) as k (value, most)
  cross join lateral (select h.* from identity h where h.workspace_id = $1 and ${CONDITION[type]} limit k.most) i`,
).join(' union all ')

/** Who holds some keys. */
export async function readHolders(
  { queryable, workspaceId }: Scope,
  sought: readonly Sought[],
): Promise<readonly Holder[]> {
  if (sought.length === 0) return []
  const lists = KEY_TYPES.flatMap((type) => {
    const own = sought.filter(({ key }) => key.type === type)
    return [own.map(({ key }) => key.value), own.map(({ most }) => most)]
  })
  return queryable.query<Holder>(HOLDERS, [workspaceId, ...lists])
}
