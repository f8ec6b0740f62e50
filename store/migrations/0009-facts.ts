import { Migration } from '@mikro-orm/migrations'

/** What numbers are counted from: changes of status as they were seen, and facts of each thread. Words: docs/metrics.md. */
export class Facts extends Migration {
  override up(): void {
    // Seen once, it is kept: a provider that tells only how a thread stands now tells a change but once.
    this.addSql(`create table status_change (
      workspace_id uuid not null, integration_id uuid not null, thread_id uuid not null,
      at timestamptz not null, from_status text, to_status text not null,
      primary key (thread_id, at, to_status)
    )`)
    this.addSql(`create table fact (
      workspace_id uuid not null, integration_id uuid not null, provider text not null,
      thread_kind text not null check (thread_kind in ('conversation', 'ticket')), thread_id uuid not null,
      type text not null check (type in
        ('OPENED', 'CLOSED', 'REOPENED', 'RESOLVED', 'FIRST_RESPONSE', 'NEXT_RESPONSE', 'RATED', 'OPEN_SPAN')),
      place integer not null,
      at timestamptz not null, since timestamptz, opened_at timestamptz, score double precision,
      record_id uuid, agent_id uuid, team_id uuid, contact_id uuid, channel text, tag_ids uuid[] not null default '{}',
      primary key (thread_id, type, place)
    )`)
    this.addSql(`create index on fact (workspace_id, type, at)`)
    for (const table of ['status_change', 'fact']) {
      this.addSql(`create index on ${table} (integration_id)`)
      this.addSql(`alter table ${table} enable row level security`)
      this.addSql(`create policy own on ${table} to switchboard_app
        using (workspace_id = app_workspace()) with check (workspace_id = app_workspace())`)
      this.addSql(`grant select, insert, update, delete on ${table} to switchboard_app`)
    }
  }
}
