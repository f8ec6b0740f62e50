import { fromListCursor, toListCursor } from '../cursor.ts'
import type { Page } from '../list.ts'
import type { Order } from '../list-order.ts'
import type { Act } from './acts.ts'
import type { Scope } from './rows.ts'

/** Something that was done to who is one person, and when. */
export interface PastAct extends Act {
  readonly at: Date
}

/** Which part of the history of a customer. */
export interface HistoryQuery {
  readonly customerId: string
  readonly first: number
  readonly after?: string
}

const ORDER: Order = { tag: 'history', keys: [{ sql: 'a.place', type: 'bigint' }], descending: true }

const OF_CUSTOMER = `from identity_act a where a.workspace_id = $1 and (
  a.contact_id = any (array(select i.contact_id from identity i where i.customer_id = $2))
  or a.other_id = any (array(select i.contact_id from identity i where i.customer_id = $2)))`

/** Reads what was done to the contacts of a customer, newest first, forwards. @throws BadCursorError */
export async function readHistory(
  { queryable, workspaceId }: Scope,
  { customerId, first, after }: HistoryQuery,
): Promise<Page<PastAct>> {
  const [place = null] = after === undefined ? [] : fromListCursor(ORDER, after)
  const found = await queryable.query<PastAct & { readonly place: string }>(
    `select a.place::text as place, a.type, a.contact_id as "contactId", a.other_id as "otherId", a.evidence,
       a.member_id as "memberId", a.at
     ${OF_CUSTOMER} and ($3::bigint is null or a.place < $3)
     order by a.place desc limit $4`,
    [workspaceId, customerId, place, first + 1],
  )
  const shown = found.slice(0, first)
  return {
    rows: shown.map(({ place: _place, ...act }) => act),
    cursors: shown.map((act) => toListCursor(ORDER, [act.place])),
    hasNextPage: found.length > first,
    hasPreviousPage: after !== undefined,
    async totalCount() {
      const [row] = await queryable.query<{ n: number }>(`select count(*)::int as n ${OF_CUSTOMER}`, [
        workspaceId,
        customerId,
      ])
      return row?.n ?? 0
    },
  }
}
