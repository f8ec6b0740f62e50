import type { Seeds, Touched } from './closure.ts'
import type { Facts } from './customer-row.ts'
import { handOn, type Merged } from './decisions.ts'
import { keyName } from './evidence.ts'
import { type IdentityKeys, keysOf } from './keys.ts'
import { toStorableJson } from '../storable.ts'
import { identityColumns, type IdentityRow, linkingKeys, readIdentities, type Scope } from './rows.ts'

/** What became of the keys of some contacts. */
export interface Rekeyed extends Required<Seeds> {
  /** What is shown of the contacts that are there. */
  readonly facts: ReadonlyMap<string, Facts>
}

interface ContactFacts extends Facts {
  readonly live: boolean
  readonly mergedIntoId: string | null
}

const FACTS = `t.id, t.integration_id as "integrationId", t.provider, t.role, t.name, t.email,
  t.email_verified as "emailVerified", t.phone, t.external_id as "externalId", t.avatar_url as "avatarUrl",
  t.created_at as "createdAt", t.updated_at as "updatedAt", t.last_seen_at as "lastSeenAt",
  t.deleted_at is null as live, t.merged_into_id as "mergedIntoId"`

/** Reads what is shown of contacts, tombstones too. */
export function readFacts(
  { queryable, workspaceId }: Scope,
  contactIds: readonly string[],
): Promise<readonly ContactFacts[]> {
  return queryable.query<ContactFacts>(
    `select ${FACTS} from contact t where t.workspace_id = $1 and t.id = any ($2::uuid[])`,
    [workspaceId, contactIds],
  )
}

/**
 * Keeps the keys that contacts now have, and forgets those of contacts that are gone. A new one is a customer by itself
 * until it is grouped. Needs the lock of the workspace (`settle.ts`).
 */
export async function rekey(scope: Scope, contactIds: readonly string[]): Promise<Rekeyed> {
  const contacts = [...(await readFacts(scope, contactIds))]
  const merged = contacts.flatMap(({ id, live, mergedIntoId }): Merged[] =>
    live || mergedIntoId === null ? [] : [{ id, into: mergedIntoId }],
  )
  if (merged.length > 0) {
    await handOn(scope.queryable, merged)
    const known = new Set(contacts.map(({ id }) => id))
    const heirs = merged.map(({ into }) => into).filter((id) => !known.has(id))
    contacts.push(...(await readFacts(scope, heirs)))
  }
  const live = contacts.filter((contact) => contact.live)
  const facts = new Map(live.map((contact) => [contact.id, contact]))
  const ids = [...new Set([...contactIds, ...facts.keys()])]
  const before = new Map((await readIdentities(scope, { contactIds: ids })).map((row) => [row.contactId, row]))
  const gone = [...before.values()].filter(({ contactId }) => !facts.has(contactId))
  if (gone.length > 0) {
    await scope.queryable.query(`delete from identity where contact_id = any ($1::uuid[])`, [
      gone.map(({ contactId }) => contactId),
    ])
  }
  const keyed = live.map((contact) => ({ contactId: contact.id, ...keysOf(contact) }))
  const changed = keyed.filter((each) => !areSame(each, before.get(each.contactId)))
  const written = new Map((await write(scope, changed)).map((row) => [row.contactId, row]))
  const rows = keyed
    .map(({ contactId }) => written.get(contactId) ?? before.get(contactId))
    .filter((row) => row !== undefined)
  return {
    rows,
    customerIds: gone.map(({ customerId }) => customerId),
    touched: toTouched([...gone, ...changed.flatMap(({ contactId }) => before.get(contactId) ?? [])], changed),
    facts,
  }
}

const areSame = (now: IdentityKeys, was: IdentityKeys | undefined): boolean =>
  was !== undefined &&
  now.email === was.email &&
  now.emailProven === was.emailProven &&
  now.phone === was.phone &&
  now.externalId === was.externalId

function write(
  { queryable, workspaceId }: Scope,
  changed: readonly (IdentityKeys & { readonly contactId: string })[],
): Promise<readonly IdentityRow[]> {
  if (changed.length === 0) return Promise.resolve([])
  return queryable.query<IdentityRow>(
    `insert into identity as i (contact_id, workspace_id, customer_id, email, email_proven, phone, external_id, keyed_at)
     select r."contactId", $1, r."contactId", r.email, r."emailProven", r.phone, r."externalId", now()
     from jsonb_to_recordset($2::jsonb) as r ("contactId" uuid, email text, "emailProven" boolean, phone text,
       "externalId" text)
     on conflict (contact_id) do update set email = excluded.email, email_proven = excluded.email_proven,
       phone = excluded.phone, external_id = excluded.external_id, keyed_at = excluded.keyed_at
     returning ${identityColumns('i')}`,
    [workspaceId, toStorableJson(changed)],
  )
}

/** Which keys somebody got or lost, and how many did. */
function toTouched(lost: readonly IdentityKeys[], got: readonly IdentityKeys[]): readonly Touched[] {
  const touched = new Map<string, Touched>()
  const count = (keys: readonly IdentityKeys[], by: Pick<Touched, 'added' | 'removed'>): void => {
    for (const key of keys.flatMap(linkingKeys)) {
      const held = touched.get(keyName(key)) ?? { key, added: 0, removed: 0 }
      touched.set(keyName(key), { key, added: held.added + by.added, removed: held.removed + by.removed })
    }
  }
  count(lost, { added: 0, removed: 1 })
  count(got, { added: 1, removed: 0 })
  return [...touched.values()]
}
