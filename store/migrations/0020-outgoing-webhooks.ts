import { Migration } from '@mikro-orm/migrations'

/** Addresses of users' own systems that are told of events, what is on its way to them, and how each try went. */
export class OutgoingWebhooks extends Migration {
  override up(): void {
    // (xid, event_id) is the place in the log of events up to which messages were made. Secrets are in "sealed".
    this.addSql(`create table webhook_endpoint (
      id uuid primary key default gen_random_uuid(),
      workspace_id uuid not null references workspace on delete cascade,
      url text not null,
      description text not null,
      event_types text[] not null,
      include_backfill boolean not null,
      sealed bytea not null,
      state text not null default 'ACTIVE' check (state in ('ACTIVE', 'DISABLED')),
      reason text,
      xid xid8 not null,
      event_id bigint not null,
      succeeded_at timestamptz,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now()
    )`)
    this.addSql(`create index on webhook_endpoint (workspace_id, created_at)`)
    // What "due_at" lies ahead of waits for its next try, or is in somebody's hands until then.
    this.addSql(`create table endpoint_message (
      place bigint generated always as identity primary key,
      endpoint_id uuid not null references webhook_endpoint on delete cascade,
      webhook_id text not null,
      event_type text not null,
      lane text not null,
      body text not null,
      state text not null default 'PENDING' check (state in ('PENDING', 'DELIVERED', 'FAILED')),
      tries smallint not null default 0,
      due_at timestamptz not null,
      tried_since timestamptz,
      created_at timestamptz not null default now(),
      unique (endpoint_id, webhook_id)
    )`)
    this.addSql(`create index on endpoint_message (endpoint_id, due_at, place) where state = 'PENDING'`)
    this.addSql(`create index on endpoint_message (endpoint_id, lane, place) where state = 'PENDING'`)
    this.addSql(`create index on endpoint_message (created_at) where state <> 'PENDING'`)
    this.addSql(`create table endpoint_attempt (
      place bigint generated always as identity primary key,
      endpoint_id uuid not null references webhook_endpoint on delete cascade,
      webhook_id text not null,
      event_type text not null,
      try smallint not null,
      at timestamptz not null,
      duration_ms integer not null,
      outcome text not null,
      status integer
    )`)
    this.addSql(`create index on endpoint_attempt (endpoint_id, place desc)`)
    this.addSql(`create index on endpoint_attempt (at)`)
    this.protect()
  }

  /** Members see endpoints and attempts of their own workspace; secrets, bodies and the queue are the engines' alone. */
  private protect(): void {
    for (const table of ['webhook_endpoint', 'endpoint_message', 'endpoint_attempt']) {
      this.addSql(`alter table ${table} enable row level security`)
    }
    this.addSql(`create policy own on webhook_endpoint to switchboard_app
      using (workspace_id = app_workspace()) with check (workspace_id = app_workspace())`)
    this.addSql(`create policy own on endpoint_attempt to switchboard_app using (exists (
      select from webhook_endpoint e where e.id = endpoint_id and e.workspace_id = app_workspace()))`)
    this.addSql(`grant select (id, workspace_id, url, description, event_types, include_backfill, state, reason,
      succeeded_at, created_at, updated_at) on webhook_endpoint to switchboard_app`)
    this.addSql(`grant select on endpoint_attempt to switchboard_app`)
  }
}
