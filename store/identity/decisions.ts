import type { Queryable } from '../database.ts'
import type { Decision } from './partition.ts'
import type { Scope } from './rows.ts'

/** Who decides. */
export interface Decider {
  readonly workspaceId: string
  readonly memberId: string | null
}

/** Decisions that name any of the contacts, whether they hold or not. */
export async function readDecisions(
  { queryable, workspaceId }: Scope,
  contactIds: readonly string[],
): Promise<readonly Decision[]> {
  if (contactIds.length === 0) return []
  return queryable.query<Decision>(
    `select id, place::float8 as place, verdict, contact_id as "contactId", other_id as "otherId", lifted_by as "liftedBy"
     from identity_decision
     where workspace_id = $1 and (contact_id = any ($2::uuid[]) or other_id = any ($2::uuid[]))`,
    [workspaceId, contactIds],
  )
}

/** Keeps that two contacts are one person, over decisions to the contrary: these hold again once it is taken back. */
export async function decideTogether(
  tx: Queryable,
  { workspaceId, memberId }: Decider,
  { contactId, otherId, lifted }: { contactId: string; otherId: string; lifted: readonly string[] },
): Promise<void> {
  await tx.query(
    `with made as (
       insert into identity_decision (workspace_id, verdict, contact_id, other_id, member_id)
       values ($1, 'TOGETHER', $2, $3, $4) returning id
     )
     update identity_decision d set lifted_by = array_append(d.lifted_by, made.id)
     from made where d.id = any ($5::uuid[])`,
    [workspaceId, contactId, otherId, memberId, lifted],
  )
}

/** Keeps that a contact is another person than each of some others. */
export async function decideApart(
  tx: Queryable,
  { workspaceId, memberId }: Decider,
  { contactId, otherIds }: { contactId: string; otherIds: readonly string[] },
): Promise<void> {
  if (otherIds.length === 0) return
  await tx.query(
    `insert into identity_decision (workspace_id, verdict, contact_id, other_id, member_id)
     select $1, 'APART', $2, o.id, $4 from unnest($3::uuid[]) with ordinality as o (id, place) order by o.place`,
    [workspaceId, contactId, otherIds, memberId],
  )
}

/**
 * Takes decisions back; what they had lifted holds again, unless another lifts it as well.
 *
 * @returns the contacts of decisions that they had lifted
 */
export async function takeBack(
  tx: Queryable,
  workspaceId: string,
  decisions: readonly Pick<Decision, 'id'>[],
): Promise<readonly string[]> {
  if (decisions.length === 0) return []
  const ids = decisions.map(({ id }) => id)
  await tx.query(`delete from identity_decision where id = any ($1::uuid[])`, [ids])
  const lifted = await tx.query<{ contactId: string; otherId: string }>(
    `update identity_decision set lifted_by = array(
       select l.each from unnest(lifted_by) with ordinality as l (each, place) where l.each <> all ($2::uuid[])
       order by l.place)
     where workspace_id = $1 and lifted_by && $2::uuid[]
     returning contact_id as "contactId", other_id as "otherId"`,
    [workspaceId, ids],
  )
  return lifted.flatMap(({ contactId, otherId }) => [contactId, otherId])
}

/** The same decisions as if some had never been made. */
export function without(decisions: readonly Decision[], gone: readonly Pick<Decision, 'id'>[]): readonly Decision[] {
  const ids = new Set(gone.map(({ id }) => id))
  return decisions
    .filter(({ id }) => !ids.has(id))
    .map((each) => ({ ...each, liftedBy: each.liftedBy.filter((id) => !ids.has(id)) }))
}

/** A contact that its tool merged into another. */
export interface Merged {
  readonly id: string
  readonly into: string
}

/** What was decided, and done, of contacts that their tools merged goes on for those that they were merged into. */
export async function handOn(tx: Queryable, merged: readonly Merged[]): Promise<void> {
  if (merged.length === 0) return
  const lists = [merged.map(({ id }) => id), merged.map(({ into }) => into)]
  for (const table of ['identity_decision', 'identity_act']) {
    for (const column of ['contact_id', 'other_id']) {
      await tx.query(
        `update ${table} t set ${column} = m."into"
         from unnest($1::uuid[], $2::uuid[]) as m (id, "into") where t.${column} = m.id`,
        lists,
      )
    }
  }
  await tx.query(`delete from identity_decision where contact_id = other_id and contact_id = any ($1::uuid[])`, [
    lists[1],
  ])
}
