import { Migration } from '@mikro-orm/migrations'

const UPDATED = `(coalesce(updated_at, '-infinity'::timestamptz))`

/** How pressing each priority is. A word of the provider's that is none of ours is more than nothing. */
const RANK = `case priority when 'URGENT' then 5 when 'HIGH' then 4 when 'MEDIUM' then 3 when 'LOW' then 2
  when 'OTHER' then 1 else 0 end`

/** What desks sort their work by: how pressing it is, and by when it is due. */
export class DeskLists extends Migration {
  override up(): void {
    for (const table of ['conversation', 'ticket']) {
      // A column and not an expression, since a cursor compares it, and a bigint, as cursors hold whole numbers.
      this.addSql(`alter table "${table}" add column priority_rank bigint generated always as (${RANK}) stored`)
      this.addSql(`create index on "${table}" (workspace_id, priority_rank, ${UPDATED}, id) where deleted_at is null`)
    }
    this.addSql(
      `create index on ticket (workspace_id, (coalesce(due_at, 'infinity'::timestamptz)), id) where deleted_at is null`,
    )
  }
}
