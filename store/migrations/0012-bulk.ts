import { Migration } from '@mikro-orm/migrations'

/** What was asked for many records at once: jobs, and what became of each of their rows. */
export class Bulk extends Migration {
  override up(): void {
    this.addSql(`create table bulk_job (
      id uuid primary key default gen_random_uuid(), number bigint not null generated always as identity,
      workspace_id uuid not null references workspace on delete cascade, member_id uuid, idempotency_key text,
      action text not null, kind text not null, input jsonb not null, work jsonb not null,
      state text not null default 'QUEUED' check (state in ('QUEUED', 'RUNNING', 'DONE', 'CANCELLED')),
      total integer not null default 0, done integer not null default 0, failed integer not null default 0,
      skipped integer not null default 0, unknown integer not null default 0,
      created_at timestamptz not null default now(), started_at timestamptz, finished_at timestamptz,
      told_at timestamptz,
      unique (workspace_id, idempotency_key)
    )`)
    this.addSql(`create index on bulk_job (workspace_id, number)`)
    this.addSql(`create index on bulk_job (workspace_id, number) where state in ('QUEUED', 'RUNNING')`)
    // The row of a record that was never there names no integration.
    this.addSql(`create table bulk_item (
      job_id uuid not null references bulk_job on delete cascade, place integer not null,
      workspace_id uuid not null, integration_id uuid, row_id uuid not null,
      state text not null default 'PENDING'
        check (state in ('PENDING', 'DONE', 'FAILED', 'SKIPPED', 'UNKNOWN')),
      code text, field text, message text, tries integer not null default 0, at timestamptz,
      primary key (job_id, place)
    )`)
    this.addSql(`create index on bulk_item (job_id, state, place)`)
    this.addSql(`create index on bulk_item (job_id, integration_id, tries, place) where state = 'PENDING'`)
    this.addSql(`create index on bulk_item (integration_id)`)
    for (const table of ['bulk_job', 'bulk_item']) {
      this.addSql(`alter table ${table} enable row level security`)
      this.addSql(`create policy own on ${table} to switchboard_app
        using (workspace_id = app_workspace()) with check (workspace_id = app_workspace())`)
      this.addSql(`grant select, insert, update on ${table} to switchboard_app`)
    }
    // A job is of the whole workspace, and so are its events.
    this.addSql(`alter table event alter column integration_id drop not null, alter column provider drop not null`)
  }
}
