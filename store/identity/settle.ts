import type { EventOp } from '../change.ts'
import type { Queryable } from '../database.ts'
import type { EventDraft } from '../event-table.ts'
import { gather, type Seeds } from './closure.ts'
import { type Facts, toCustomer } from './customer-row.ts'
import { toStorableJson } from '../storable.ts'
import { toTimestamp } from '../timestamp.ts'
import { toActs, writeActs } from './acts.ts'
import { type Component, type Keyed, partition } from './partition.ts'
import { readFacts, rekey } from './rekey.ts'
import { type IdentityRow, linkingKeys, type Scope } from './rows.ts'

/** What became of a customer. */
export interface CustomerChange {
  readonly id: string
  readonly op: EventOp
}

/**
 * Keeps one order of all that is done to the customers of a workspace, until the transaction ends.
 *
 * It is taken after the rows of contacts are written, and nothing that others wait for is taken after it.
 */
async function lockIdentities(tx: Queryable, workspaceId: string): Promise<void> {
  await tx.query(`select pg_advisory_xact_lock(hashtextextended('switchboard/identity/' || $1::text, 0))`, [
    workspaceId,
  ])
}

/**
 * Brings customers in line with contacts that were written in this transaction, or are gone: their keys, whose they are,
 * and what is shown of everybody concerned. What is as it should be is not written.
 *
 * @returns the customers that somebody is to be told of
 */
export async function settle(
  tx: Queryable,
  workspaceId: string,
  contactIds: readonly string[],
): Promise<readonly CustomerChange[]> {
  if (contactIds.length === 0) return []
  await lockIdentities(tx, workspaceId)
  const scope = { queryable: tx, workspaceId }
  const { facts, ...seeds } = await rekey(scope, contactIds)
  const { changes, components, was } = await regroup(scope, seeds, facts)
  await writeActs(scope, toActs(components, was))
  return changes
}

/** What followers are told of a customer, in the name of the account by which it came. */
export const toCustomerEvent = (
  { id, op }: CustomerChange,
  { integrationId, provider, origin }: Pick<EventDraft, 'integrationId' | 'provider' | 'origin'>,
): EventDraft => ({
  integrationId,
  provider,
  kind: 'customer',
  op,
  rowId: id,
  conversationId: null,
  ticketId: null,
  origin,
})

/** What came of grouping anew. */
export interface Regrouped {
  readonly changes: readonly CustomerChange[]
  /** Those that have other contacts than before, or some of those that it began with. */
  readonly components: readonly Component[]
  /** The customer that each contact was of before. */
  readonly was: ReadonlyMap<string, string>
}

/** Groups anew whoever is concerned, and writes what is different. Needs the lock. */
export async function regroup(
  scope: Scope,
  seeds: Seeds,
  facts: ReadonlyMap<string, Facts> = new Map(),
): Promise<Regrouped> {
  const { rows, decisions, crowded } = await gather(scope, seeds)
  const all = partition([...rows.values()].map(toKeyed), decisions, crowded)
  const moves = all.flatMap(({ customerId, contactIds }) =>
    contactIds.filter((id) => rows.get(id)?.customerId !== customerId).map((contactId) => ({ contactId, customerId })),
  )
  await move(scope, moves)
  const left = new Set([...(seeds.customerIds ?? []), ...moves.map(({ contactId }) => rows.get(contactId)?.customerId)])
  const joined = new Set(moves.map(({ customerId }) => customerId))
  const named = new Set(seeds.rows.map(({ contactId }) => contactId))
  const isReshaped = ({ customerId }: Component): boolean => left.has(customerId) || joined.has(customerId)
  const components = all.filter((each) => isReshaped(each) || each.contactIds.some((id) => named.has(id)))
  const written = await writeCustomers(scope, components, { facts, rows })
  const standing = new Set(all.map(({ customerId }) => customerId))
  const gone = await removeCustomers(
    scope,
    [...left].filter((id) => id !== undefined).filter((id) => !standing.has(id)),
  )
  const updated = components.filter((each) => isReshaped(each) && !written.has(each.customerId))
  const changes: readonly CustomerChange[] = [
    ...[...written].map(([id, op]) => ({ id, op })),
    ...updated.map(({ customerId }) => ({ id: customerId, op: 'updated' as const })),
    ...gone.map((id) => ({ id, op: 'deleted' as const })),
  ]
  const was = new Map([...rows].map(([id, { customerId }]) => [id, customerId]))
  return { changes: changes.toSorted((a, b) => (a.id < b.id ? -1 : 1)), components, was }
}

/** A contact as `partition` takes it. */
export const toKeyed = (row: IdentityRow): Keyed => ({ contactId: row.contactId, keys: linkingKeys(row) })

async function move(
  { queryable }: Scope,
  moves: readonly { readonly contactId: string; readonly customerId: string }[],
): Promise<void> {
  if (moves.length === 0) return
  await queryable.query(
    `update identity i set customer_id = m.customer_id
     from unnest($1::uuid[], $2::uuid[]) as m (contact_id, customer_id) where i.contact_id = m.contact_id`,
    [moves.map(({ contactId }) => contactId), moves.map(({ customerId }) => customerId)],
  )
}

const WRITE = `
insert into customer as c (id, workspace_id, name, emails, phones, avatar_url, providers, contact_count, created_at,
  updated_at, last_seen_at, search)
select r.id, $1, r.name, r.emails, r.phones, r."avatarUrl", r.providers, r."contactCount", r."createdAt",
  r."updatedAt", r."lastSeenAt", to_tsvector('simple', r.search)
from jsonb_to_recordset($2::jsonb) as r (id uuid, name text, emails text[], phones text[], "avatarUrl" text,
  providers text[], "contactCount" int, "createdAt" timestamptz, "updatedAt" timestamptz, "lastSeenAt" timestamptz,
  search text)
on conflict (id) do update set name = excluded.name, emails = excluded.emails, phones = excluded.phones,
  avatar_url = excluded.avatar_url, providers = excluded.providers, contact_count = excluded.contact_count,
  created_at = excluded.created_at, updated_at = excluded.updated_at, last_seen_at = excluded.last_seen_at,
  search = excluded.search
where (c.name, c.emails, c.phones, c.avatar_url, c.providers, c.contact_count, c.created_at, c.updated_at,
  c.last_seen_at, c.search)
  is distinct from (excluded.name, excluded.emails, excluded.phones, excluded.avatar_url, excluded.providers,
  excluded.contact_count, excluded.created_at, excluded.updated_at, excluded.last_seen_at, excluded.search)
returning c.id, c.xmax = 0 as born`

/** Writes what is shown of customers; answers those that are different now. */
async function writeCustomers(
  scope: Scope,
  components: readonly Component[],
  { facts: known, rows }: { facts: ReadonlyMap<string, Facts>; rows: ReadonlyMap<string, IdentityRow> },
): Promise<ReadonlyMap<string, 'created' | 'updated'>> {
  if (components.length === 0) return new Map()
  const missing = components.flatMap(({ contactIds }) => contactIds.filter((id) => !known.has(id)))
  const read = missing.length === 0 ? [] : await readFacts(scope, missing)
  const facts = new Map([...known, ...read.map((each) => [each.id, each] as const)])
  const customers = components.map(({ contactIds }) =>
    toCustomer(
      scope.workspaceId,
      contactIds.flatMap((id) => {
        const [contact, keys] = [facts.get(id), rows.get(id)]
        return contact === undefined || keys === undefined ? [] : [{ ...contact, keys }]
      }),
    ),
  )
  const written = await scope.queryable.query<{ id: string; born: boolean }>(WRITE, [
    scope.workspaceId,
    toStorableJson(customers.map(toStored)),
  ])
  return new Map(written.map(({ id, born }) => [id, born ? 'created' : 'updated']))
}

/** With times as PostgreSQL reads them, whatever year they are of. */
function toStored({ createdAt, updatedAt, lastSeenAt, ...rest }: ReturnType<typeof toCustomer>): object {
  const times = { createdAt, updatedAt, lastSeenAt }
  return {
    ...rest,
    ...Object.fromEntries(Object.entries(times).map(([name, date]) => [name, date && toTimestamp(date)])),
  }
}

async function removeCustomers({ queryable }: Scope, ids: readonly string[]): Promise<readonly string[]> {
  if (ids.length === 0) return []
  const removed = await queryable.query<{ id: string }>(
    `delete from customer where id = any ($1::uuid[]) returning id`,
    [ids],
  )
  return removed.map(({ id }) => id)
}
