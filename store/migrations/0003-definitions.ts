import { Migration } from '@mikro-orm/migrations'

/** What every table of the mirror has. */
const ORIGIN = `id uuid primary key, workspace_id uuid not null, integration_id uuid not null, provider text not null,
  remote_id text not null, remote_version timestamptz, observed_at timestamptz not null, deleted_at timestamptz,
  merged_into_id uuid, native jsonb, partial boolean not null default false, born_xid xid8 not null,
  changed_xid xid8 not null, created_at timestamptz, updated_at timestamptz`

const CREATED = `(coalesce(created_at, '-infinity'::timestamptz))`

/** What accounts define themselves (fields, forms, statuses, brands, …), time spent on tickets, and when tickets are late. */
export class Definitions extends Migration {
  override up(): void {
    this.addSql(`alter table ticket add column first_reply_due_at timestamptz, add column escalated boolean`)
    this.makeTable(
      'definition',
      `type text, name text, applies_to text, key text, value_type text, options jsonb, position double precision,
       active boolean, name_key text generated always as (left(lower(coalesce(name, '')), 200)) stored`,
    )
    this.addSql(`create index on definition (workspace_id, type, name_key, id) where deleted_at is null`)
    this.makeTable(
      'timeEntry',
      `ticket_id uuid, agent_id uuid, seconds double precision, billable boolean, note text, spent_at timestamptz`,
    )
    this.addSql(`create index on "timeEntry" (ticket_id, ${CREATED}, id) where deleted_at is null`)
    this.addSql(`create index on "timeEntry" (workspace_id, ${CREATED}, id) where deleted_at is null`)
  }

  private makeTable(table: string, columns: string): void {
    this.addSql(`create table "${table}" (${ORIGIN}, ${columns}) with (fillfactor = 90)`)
    this.addSql(`create index on "${table}" (integration_id)`)
    this.addSql(`alter table "${table}" enable row level security`)
    this.addSql(`create policy own on "${table}" to switchboard_app
      using (workspace_id = app_workspace()) with check (workspace_id = app_workspace())`)
    this.addSql(`grant select, insert, update on "${table}" to switchboard_app`)
  }
}
