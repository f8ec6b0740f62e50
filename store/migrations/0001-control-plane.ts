import { Migration } from '@mikro-orm/migrations'

/** Tables whose rows belong to one workspace, and what the application's role may do there when it acts for that workspace. */
const SCOPED = {
  member: 'select, insert, update, delete',
  integration: 'select, insert, update, delete',
  sync_run: 'select, insert, update, delete',
  checkpoint: 'select, insert, update, delete',
  quarantine: 'select, insert, update, delete',
  send: 'select, insert, update, delete',
  activity: 'select, insert',
  // Hashes and sealed secrets are the engines' alone.
  token: null,
  credential: null,
  pending_authorization: null,
} as const

const TABLES = `
create function app_workspace() returns uuid language sql stable parallel safe
  return nullif(current_setting('app.workspace', true), '')::uuid;

create table workspace (
  id uuid primary key default gen_random_uuid(),
  name text not null unique,
  created_at timestamptz not null default now()
);

create table member (
  id uuid primary key default gen_random_uuid(),
  workspace_id uuid not null references workspace on delete cascade,
  email text not null,
  name text not null,
  role text not null check (role in ('OWNER', 'ADMIN', 'AGENT', 'ANALYST')),
  created_at timestamptz not null default now(),
  unique (workspace_id, email)
);

create table token (
  id uuid primary key default gen_random_uuid(),
  workspace_id uuid not null references workspace on delete cascade,
  member_id uuid not null references member on delete cascade,
  name text not null,
  secret_hash bytea not null unique,
  expires_at timestamptz,
  revoked_at timestamptz,
  created_at timestamptz not null default now()
);
create index on token (member_id);

create table integration (
  id uuid primary key default gen_random_uuid(),
  workspace_id uuid not null references workspace on delete cascade,
  provider text not null,
  name text not null,
  account_id text,
  account_name text,
  settings jsonb not null,
  status text not null check (status in ('ACTIVE', 'NEEDS_RECONNECT', 'DISCONNECTED')),
  status_reason text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (workspace_id, provider, account_id)
);
create index on integration (provider, account_id);

create table credential (
  integration_id uuid primary key references integration on delete cascade,
  workspace_id uuid not null references workspace on delete cascade,
  sealed bytea not null,
  updated_at timestamptz not null default now()
);

create table pending_authorization (
  state_hash bytea primary key,
  workspace_id uuid not null references workspace on delete cascade,
  member_id uuid not null references member on delete cascade,
  provider text not null,
  name text,
  settings jsonb not null,
  redirect_uri text not null,
  sealed_verifier bytea not null,
  expires_at timestamptz not null
);
create index on pending_authorization (expires_at);

create table delivery (
  id uuid primary key default gen_random_uuid(),
  provider text not null,
  account_id text,
  delivery_id text not null,
  topic text not null,
  headers jsonb not null,
  body bytea not null,
  received_at timestamptz not null,
  status text not null default 'PENDING' check (status in ('PENDING', 'DONE', 'DEAD', 'UNKNOWN_ACCOUNT')),
  reason text,
  attempts integer not null default 0,
  finished_at timestamptz,
  unique (provider, delivery_id)
);
create index on delivery (provider, account_id, received_at desc);
create index on delivery (received_at);

create table sync_run (
  id uuid primary key default gen_random_uuid(),
  workspace_id uuid not null references workspace on delete cascade,
  integration_id uuid not null references integration on delete cascade,
  stream text not null,
  kind text not null check (kind in ('FULL', 'INCREMENTAL')),
  status text not null default 'RUNNING' check (status in ('RUNNING', 'DONE', 'FAILED', 'STOPPED')),
  read integer not null default 0,
  changed integer not null default 0,
  total integer,
  error text,
  started_at timestamptz not null default clock_timestamp(),
  finished_at timestamptz,
  unanswered integer not null default 0,
  retry_at timestamptz
);
create index on sync_run (integration_id, stream, started_at desc);

create table checkpoint (
  integration_id uuid not null references integration on delete cascade,
  stream text not null,
  workspace_id uuid not null references workspace on delete cascade,
  cursor jsonb not null,
  updated_at timestamptz not null default now(),
  primary key (integration_id, stream)
);

-- Records that could not be read: kept apart so that their stream goes on, and read again at "next_at".
create table quarantine (
  integration_id uuid not null references integration on delete cascade,
  stream text not null,
  remote_id text not null,
  workspace_id uuid not null references workspace on delete cascade,
  reason text not null,
  attempts integer not null default 1,
  first_at timestamptz not null,
  last_at timestamptz not null,
  next_at timestamptz not null,
  primary key (integration_id, stream, remote_id)
);
create index on quarantine (integration_id, next_at);

create table send (
  id uuid primary key default gen_random_uuid(),
  workspace_id uuid not null references workspace on delete cascade,
  integration_id uuid not null references integration on delete cascade,
  member_id uuid,
  idempotency_key text,
  action text not null,
  input jsonb not null,
  state text not null default 'SENDING' check (state in ('SENDING', 'SENT', 'FAILED', 'UNKNOWN')),
  result jsonb,
  error text,
  created_at timestamptz not null default now(),
  settled_at timestamptz,
  unique (workspace_id, idempotency_key)
);
create index on send (integration_id, created_at desc);
create index on send (created_at) where state = 'SENDING';

-- What was done stays told after who did it, or to what, is gone: no foreign keys but the workspace.
create table activity (
  id uuid primary key default gen_random_uuid(),
  workspace_id uuid not null references workspace on delete cascade,
  member_id uuid,
  integration_id uuid,
  action text not null,
  detail jsonb not null,
  at timestamptz not null default clock_timestamp()
);
create index on activity (workspace_id, at desc, id desc);
`

/** Workspaces, who may do what in them, what they are connected to, and what was received, sent and done. */
export class ControlPlane extends Migration {
  up(): void {
    this.addSql(TABLES)
    this.addSql(`
      alter table workspace enable row level security;
      create policy own on workspace to switchboard_app using (id = app_workspace());
      grant select on workspace to switchboard_app`)
    for (const [table, rights] of Object.entries(SCOPED)) {
      this.addSql(`
        alter table ${table} enable row level security;
        create policy own on ${table} to switchboard_app
          using (workspace_id = app_workspace()) with check (workspace_id = app_workspace())`)
      if (rights !== null) this.addSql(`grant ${rights} on ${table} to switchboard_app`)
    }
    // A delivery names an account, which several workspaces may have connected: each sees it through its integration,
    // while that is connected.
    this.addSql(`
      alter table delivery enable row level security;
      create policy own on delivery to switchboard_app using (exists (
        select from integration i where i.provider = delivery.provider and i.account_id = delivery.account_id
          and i.workspace_id = app_workspace() and i.status <> 'DISCONNECTED'));
      grant select on delivery to switchboard_app`)
  }
}
