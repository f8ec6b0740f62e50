import { Migration } from '@mikro-orm/migrations'
import { deriveFacts } from './0009-facts-derived.ts'
import { CLOSED, noteRecount, seeOnce, seeStatus } from './0009-facts-seen.ts'

const OWN: Readonly<Record<string, string>> = {
  status_change: 'select, insert',
  fact: 'select, insert, update, delete',
  fact_due: 'select, insert, update, delete',
}

/**
 * What numbers are counted from: changes of status as they were seen, and facts of each thread. Words: docs/metrics.md.
 *
 * Facts are derived by functions, so that their plans are kept by each session: planning them anew costs more than they do.
 */
export class Facts extends Migration {
  override up(): void {
    this.makeTables()
    for (const [table, rights] of Object.entries(OWN)) {
      this.addSql(`create index on ${table} (integration_id)`)
      this.addSql(`alter table ${table} enable row level security`)
      this.addSql(`create policy own on ${table} to switchboard_app
        using (workspace_id = app_workspace()) with check (workspace_id = app_workspace())`)
      this.addSql(`grant ${rights} on ${table} to switchboard_app`)
    }
    for (const thread of Object.keys(CLOSED)) {
      // What of a thread's messages tells how it stood; few do.
      this.addSql(`create index on message (${thread}_id) where status_to is not null and deleted_at is null`)
    }
    for (const sql of [...seeOnce(), ...seeStatus(), ...noteRecount(), ...deriveFacts()]) this.addSql(sql)
    for (const thread of Object.keys(CLOSED)) {
      this.addSql(`insert into fact_due (workspace_id, integration_id, thread_kind, thread_id)
        select workspace_id, integration_id, '${thread}', id from "${thread}" where deleted_at is null`)
    }
  }

  private makeTables(): void {
    // Seen once, it is kept: a provider that tells only how a thread stands now tells a change but once.
    this.addSql(`create table status_change (
      workspace_id uuid not null, integration_id uuid not null, thread_id uuid not null,
      at timestamptz not null, from_status text, to_status text not null, seen bigint generated always as identity,
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
    // Threads whose facts are to be derived anew, by nobody in a hurry.
    this.addSql(`create table fact_due (
      workspace_id uuid not null, integration_id uuid not null,
      thread_kind text not null check (thread_kind in ('conversation', 'ticket')), thread_id uuid primary key
    )`)
  }
}
