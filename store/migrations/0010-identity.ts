import { Migration } from '@mikro-orm/migrations'

/** How lists sort by a time that a row may lack. */
const timed = (column: string): string =>
  `(case when ${column} is null then '-infinity'::timestamptz else ${column} end)`

const CREATED = timed('created_at')

/**
 * Who is one person: what contacts can be told by, what people decided, and the customers that come of it.
 *
 * Rows of contacts that were stored before get theirs in the background: keys are made in JavaScript.
 */
export class Identity extends Migration {
  override up(): void {
    this.makeIdentities()
    this.makeDecisions()
    this.makeCustomers()
    for (const table of ['identity', 'identity_decision', 'identity_act', 'customer']) {
      this.addSql(`alter table ${table} enable row level security`)
      this.addSql(`create policy own on ${table} to switchboard_app
        using (workspace_id = app_workspace()) with check (workspace_id = app_workspace())`)
      this.addSql(`grant select, insert, update, delete on ${table} to switchboard_app`)
    }
    this.makeSearch()
  }

  /** One row for each contact that is there. */
  private makeIdentities(): void {
    this.addSql(`create table identity (
      contact_id uuid primary key, workspace_id uuid not null, customer_id uuid not null,
      email text, email_proven boolean not null, phone text, external_id text, keyed_at timestamptz not null
    ) with (fillfactor = 90)`)
    this.addSql(`create index on identity (customer_id)`)
    this.addSql(`create index on identity (workspace_id, email, email_proven) where email is not null`)
    this.addSql(`create index on identity (workspace_id, phone) where phone is not null`)
    this.addSql(`create index on identity (workspace_id, external_id) where external_id is not null`)
  }

  /** Decisions hold until they are undone; acts, which tell who did what when, are never taken back. */
  private makeDecisions(): void {
    this.addSql(`create table identity_decision (
      id uuid primary key default gen_random_uuid(), place bigint generated always as identity, workspace_id uuid not null,
      verdict text not null check (verdict in ('TOGETHER', 'APART')), contact_id uuid not null, other_id uuid not null,
      member_id uuid, made_at timestamptz not null default now(), lifted_by uuid[] not null default '{}'
    )`)
    this.addSql(`create table identity_act (
      id uuid primary key default gen_random_uuid(), place bigint generated always as identity, workspace_id uuid not null,
      type text not null check (type in ('LINKED', 'UNLINKED')), contact_id uuid not null, other_id uuid,
      evidence text, member_id uuid, at timestamptz not null default now()
    )`)
    // What a decision had lifted is looked for among all of a workspace: people do not decide by the million.
    this.addSql(`create index on identity_decision (workspace_id)`)
    for (const table of ['identity_decision', 'identity_act']) {
      this.addSql(`create index on ${table} (contact_id)`)
      this.addSql(`create index on ${table} (other_id)`)
    }
  }

  private makeCustomers(): void {
    this.addSql(`create table customer (
      id uuid primary key, workspace_id uuid not null, name text,
      name_key text generated always as (left(lower(coalesce(name, '')), 200)) stored,
      emails text[] not null, phones text[] not null, avatar_url text, providers text[] not null,
      contact_count integer not null, created_at timestamptz, updated_at timestamptz, last_seen_at timestamptz,
      search tsvector not null
    ) with (fillfactor = 90)`)
    for (const key of [CREATED, timed('updated_at'), timed('last_seen_at'), 'name_key']) {
      this.addSql(`create index on customer (workspace_id, ${key}, id)`)
    }
    this.addSql(`create index on customer using gin (search)`)
  }

  /** As of the kinds of the mirror (0002, 0007): what is not leakproof reaches its index by a function. */
  private makeSearch(): void {
    const created = CREATED.replaceAll('created_at', 't.created_at')
    this.addSql(`do $do$ begin execute format($format$
      create function customer_matching(words tsquery, of_providers text[], most int)
      returns table (id uuid, rank real, at timestamptz)
      language plpgsql stable security definer rows 200
      set plan_cache_mode = force_custom_plan set search_path = pg_catalog, %I, pg_temp
      as $body$ begin return query
        select t.id, ts_rank(t.search, words), ${created}
        from customer t
        where t.search @@ words and t.workspace_id = app_workspace()
          and (of_providers is null or t.providers && of_providers)
        order by ${created} desc
        limit most;
      end $body$ $format$, current_schema()); end $do$`)
    this.addSql(`revoke all on function customer_matching(tsquery, text[], int) from public`)
    this.addSql(`grant execute on function customer_matching(tsquery, text[], int) to switchboard_app`)
  }
}
