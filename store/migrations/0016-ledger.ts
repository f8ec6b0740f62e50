import { Migration } from '@mikro-orm/migrations'

/** What audits found: how complete the mirror of each stream is, where the pass under way is, and what it has seen. */
export class Ledger extends Migration {
  override up(): void {
    this.addSql(`create table audit (
      integration_id uuid not null references integration on delete cascade, stream text not null,
      workspace_id uuid not null references workspace on delete cascade, kind text not null, method text not null,
      state text not null check (state in ('RUNNING', 'DONE', 'FAILED')), error text,
      pass uuid not null, started_at timestamptz not null,
      phase text not null default 'LIST' check (phase in ('LIST', 'CONFIRM')),
      cursor jsonb, told integer, nameless integer not null default 0, healing integer not null default 0,
      audited_at timestamptz, expected integer, held integer, unconfirmed integer, healed integer,
      primary key (integration_id, stream)
    )`)
    // What the pass under way met, and why it could not be brought up to date where it could not.
    this.addSql(`create table audit_seen (
      integration_id uuid not null, stream text not null, row_id uuid not null, workspace_id uuid not null,
      remote_id text, reason text, primary key (integration_id, stream, row_id),
      foreign key (integration_id, stream) references audit on delete cascade
    )`)
    // What the last whole pass left behind.
    this.addSql(`create table audit_missing (
      integration_id uuid not null, stream text not null, row_id uuid not null, workspace_id uuid not null,
      remote_id text not null, reason text not null, held boolean not null, primary key (integration_id, stream, row_id),
      foreign key (integration_id, stream) references audit on delete cascade
    )`)
    for (const table of ['audit', 'audit_seen', 'audit_missing']) {
      this.addSql(`alter table ${table} enable row level security`)
      this.addSql(`create policy own on ${table} to switchboard_app
        using (workspace_id = app_workspace()) with check (workspace_id = app_workspace())`)
      this.addSql(`grant select, insert, update, delete on ${table} to switchboard_app`)
    }
  }
}
