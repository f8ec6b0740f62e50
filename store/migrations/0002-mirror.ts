import { Migration } from '@mikro-orm/migrations'

/** Kinds as this migration knew them. A migration never reads code that may change after it. */
const TABLES: Readonly<Record<string, string>> = {
  agent: `name text, email text, avatar_url text, available boolean, bot boolean, team_ids uuid[]`,
  team: `name text, agent_ids uuid[]`,
  tag: `name text`,
  company: `name text, external_id text, website text, industry text, size double precision, plan text,
    tag_ids uuid[], custom_fields jsonb`,
  contact: `role text, name text, email text, phone text, external_id text, avatar_url text, last_seen_at timestamptz,
    blocked boolean, company_ids uuid[], tag_ids uuid[], custom_fields jsonb`,
  conversation: `subject text, status text, native_status text, priority text, native_priority text, channel text,
    native_channel text, snoozed_until timestamptz, waiting_since timestamptz, read boolean, contact_id uuid,
    contact_ids uuid[], assignee_id uuid, team_id uuid, company_id uuid, tag_ids uuid[], custom_fields jsonb`,
  ticket: `number text, subject text, description text, status text, native_status text, priority text,
    native_priority text, channel text, native_channel text, type text, contact_id uuid, contact_ids uuid[],
    company_id uuid, assignee_id uuid, team_id uuid, conversation_id uuid, due_at timestamptz, solved_at timestamptz,
    tag_ids uuid[], custom_fields jsonb`,
  message: `conversation_id uuid, ticket_id uuid, type text, native_type text, author_type text, author_name text,
    contact_id uuid, agent_id uuid, text text, html text, attachments jsonb, redacted boolean`,
  rating: `conversation_id uuid, ticket_id uuid, contact_id uuid, agent_id uuid, score double precision,
    native_score text, remark text`,
}

/**
 * Columns made from others. Keys are cut, because a B-tree refuses long values and one such record would keep its
 * whole page out; they are columns and not index expressions, because under row-level security only leakproof
 * operators on plain columns may use an index.
 */
const DERIVED: readonly (readonly [table: string, column: string])[] = [
  ...['agent', 'team', 'tag', 'company', 'contact'].map(
    (table) => [table, `name_key text generated always as (left(lower(coalesce(name, '')), 200)) stored`] as const,
  ),
  ['agent', `email_key text generated always as (left(lower(email), 320)) stored`],
  ['contact', `email_key text generated always as (left(lower(email), 320)) stored`],
  ['contact', `external_key text generated always as (left(external_id, 320)) stored`],
  ['company', `external_key text generated always as (left(external_id, 320)) stored`],
  ['ticket', `number_key text generated always as (left(number, 320)) stored`],
  // Messages of one second stand in the order in which the provider numbered them, where it numbers: a word may stand
  // before the number. What a thread opens with is named after the thread, whose number tells nothing, and comes first.
  [
    'message',
    `sequence bigint generated always as (case when remote_id like 'source:%' then 0
      else coalesce(substring(remote_id from '(?:^|[^0-9])([0-9]{1,18})$')::bigint, 0) end) stored`,
  ],
]

const CREATED = `(coalesce(created_at, '-infinity'::timestamptz))`
const UPDATED = `(coalesce(updated_at, '-infinity'::timestamptz))`

/** Partial over what is not deleted, since lists never show tombstones. */
const INDEXES: readonly (readonly [table: string, keys: string])[] = [
  ...['company', 'contact', 'conversation', 'ticket'].flatMap(
    (table) =>
      [
        [table, `workspace_id, ${CREATED}, id`],
        [table, `workspace_id, ${UPDATED}, id`],
      ] as const,
  ),
  ...['agent', 'team', 'tag', 'company', 'contact'].map((table) => [table, `workspace_id, name_key, id`] as const),
  ...['conversation', 'ticket'].flatMap(
    (table) =>
      [
        [table, `workspace_id, status, ${UPDATED}, id`],
        [table, `assignee_id, ${UPDATED}, id`],
        [table, `team_id, ${UPDATED}, id`],
        [table, `company_id, ${UPDATED}, id`],
      ] as const,
  ),
  ['agent', `workspace_id, email_key`],
  ['contact', `workspace_id, email_key`],
  ['contact', `workspace_id, external_key`],
  ['company', `workspace_id, external_key`],
  ['ticket', `workspace_id, number_key`],
  ['ticket', `conversation_id, ${CREATED}, id`],
  ['message', `workspace_id, ${CREATED}, sequence, id`],
  ['message', `conversation_id, ${CREATED}, sequence, id`],
  ['message', `ticket_id, ${CREATED}, sequence, id`],
  ['rating', `workspace_id, ${CREATED}, id`],
  ['rating', `conversation_id, ${CREATED}, id`],
  ['rating', `ticket_id, ${CREATED}, id`],
]

/** Lists of ids that are filtered by. */
const LINKS: readonly (readonly [table: string, target: string])[] = [
  ['conversation', 'contact'],
  ['conversation', 'tag'],
  ['ticket', 'contact'],
  ['ticket', 'tag'],
  ['contact', 'company'],
  ['contact', 'tag'],
  ['company', 'tag'],
]

const SEARCHED = ['company', 'contact', 'conversation', 'ticket', 'message']

/** The mirror: one table a kind, the log of events, and the functions through which lists of ids and words are looked up. */
export class Mirror extends Migration {
  override up(): void {
    for (const [table, columns] of Object.entries(TABLES)) this.makeTable(table, columns)
    for (const [table, column] of DERIVED) this.addSql(`alter table "${table}" add column ${column}`)
    for (const [table, keys] of INDEXES) this.addSql(`create index on "${table}" (${keys}) where deleted_at is null`)
    for (const [table, target] of LINKS) this.makeLink(table, target)
    for (const table of SEARCHED) this.makeSearch(table)
    this.makeEvents()
  }

  /** Only the origin is certain: of a record that was deleted before it was ever read, nothing else is known. */
  private makeTable(table: string, columns: string): void {
    this.addSql(`create table "${table}" (
      id uuid primary key, workspace_id uuid not null, integration_id uuid not null, provider text not null,
      remote_id text not null, remote_version timestamptz, observed_at timestamptz not null, deleted_at timestamptz,
      merged_into_id uuid, native jsonb, partial boolean not null default false, born_xid xid8 not null, changed_xid xid8 not null,
      created_at timestamptz, updated_at timestamptz, ${columns}
    ) with (fillfactor = 90)`)
    this.addSql(`create index on "${table}" (integration_id)`)
    this.protect(table, 'select, insert, update')
  }

  private protect(table: string, rights: string): void {
    this.addSql(`alter table "${table}" enable row level security`)
    this.addSql(`create policy own on "${table}" to switchboard_app
      using (workspace_id = app_workspace()) with check (workspace_id = app_workspace())`)
    this.addSql(`grant ${rights} on "${table}" to switchboard_app`)
  }

  /**
   * `@>`, `&&` and `@@` are not leakproof, so under row-level security they could not use their GIN index. These
   * functions run as the owner and hold to the workspace themselves.
   */
  private makeLink(table: string, target: string): void {
    this.addSql(`create index on "${table}" using gin (${target}_ids) where deleted_at is null`)
    this.addSql(`create function ${table}_of_${target}(targets uuid[]) returns setof uuid
      language sql stable security definer rows 100
      begin atomic
        select t.id from "${table}" t
        where t.${target}_ids && targets and t.deleted_at is null and t.workspace_id = app_workspace();
      end`)
    this.lend(`${table}_of_${target}(uuid[])`)
  }

  private makeSearch(table: string): void {
    this.addSql(`alter table "${table}" add column search tsvector`)
    this.addSql(`create index on "${table}" using gin (search) where deleted_at is null`)
    const created = CREATED.replace('created_at', 't.created_at')
    // PL/pgSQL, because it plans for the words at hand, and which plan is good depends on how frequent they are. Its
    // text is read again in every session, so that it has to name the schema.
    this.addSql(`do $do$ begin execute format($format$
      create function ${table}_matching(words tsquery, of_providers text[], most int)
      returns table (id uuid, rank real, at timestamptz)
      language plpgsql stable security definer rows 200
      set plan_cache_mode = force_custom_plan set search_path = pg_catalog, %I, pg_temp
      as $body$ begin return query
        select t.id, ts_rank(t.search, words), ${created}
        from "${table}" t
        where t.search @@ words and t.deleted_at is null and t.workspace_id = app_workspace()
          and (of_providers is null or t.provider = any (of_providers))
        order by ${created} desc
        limit most;
      end $body$ $format$, current_schema()); end $do$`)
    this.lend(`${table}_matching(tsquery, text[], int)`)
  }

  private lend(signature: string): void {
    this.addSql(`revoke all on function ${signature} from public`)
    this.addSql(`grant execute on function ${signature} to switchboard_app`)
  }

  /** `event_floor` remembers up to where a workspace's events were pruned. */
  private makeEvents(): void {
    this.addSql(`create table event (
      xid xid8 not null default pg_current_xact_id(), id bigint generated always as identity,
      workspace_id uuid not null, integration_id uuid not null, provider text not null, kind text not null,
      op text not null, row_id uuid not null, conversation_id uuid, ticket_id uuid, origin text not null,
      at timestamptz not null default clock_timestamp(), primary key (xid, id)
    )`)
    this.addSql(`create index on event (workspace_id, xid, id)`)
    this.addSql(`create table event_floor (workspace_id uuid primary key, xid xid8 not null, id bigint not null)`)
    this.protect('event', 'select, insert')
    this.protect('event_floor', 'select')
  }
}
