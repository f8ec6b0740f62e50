import DataLoader from 'dataloader'
import { customerColumns, type CustomerRow } from './customer-row.ts'
import { explain, type Explained } from './explain.ts'
import type { Scope } from './rows.ts'

/** Reads customers of one workspace for one operation: what is asked for in one turn of the event loop, at once. */
export interface IdentityReader {
  /**
   * The customer that a contact is of now. A customer's own id is that of one of its contacts, so that every id that a
   * customer ever had answers whom it became; a contact that was merged answers for the one that took its place.
   */
  customerOf(contactId: string): Promise<CustomerRow | null>
  /** Why a customer is one person, and who else might be. */
  explained(customerId: string): Promise<Explained>
}

/** Follows at most so many merges of contacts. */
const MOST_MERGES = 10

/** Opens a reader. Make one for each operation: it remembers what it read. */
export function openIdentityReader(scope: Scope): IdentityReader {
  const customers = new DataLoader((ids: readonly string[]) => readCustomersOf(scope, ids))
  const explanations = new DataLoader((ids: readonly string[]) => explain(scope, ids))
  return {
    customerOf: (contactId) => customers.load(contactId),
    explained: (customerId) => explanations.load(customerId),
  }
}

async function readCustomersOf(
  { queryable, workspaceId }: Scope,
  contactIds: readonly string[],
): Promise<readonly (CustomerRow | null)[]> {
  const rows = await queryable.query<CustomerRow & { readonly asked: string }>(
    `with recursive way as (
       select o.id as asked, o.id as contact_id, 0 as merges from unnest($2::uuid[]) as o (id)
       union all
       select way.asked, t.merged_into_id, way.merges + 1 from way join contact t on t.id = way.contact_id
       where t.deleted_at is not null and t.merged_into_id is not null and way.merges < ${MOST_MERGES}
     )
     select way.asked, ${customerColumns('c')} from way
     join identity i on i.contact_id = way.contact_id and i.workspace_id = $1
     join customer c on c.id = i.customer_id`,
    [workspaceId, contactIds],
  )
  const found = new Map(rows.map(({ asked, ...row }) => [asked, row]))
  return contactIds.map((id) => found.get(id) ?? null)
}
