import { Migration } from '@mikro-orm/migrations'

/** What of a row is its name or subject. */
export const TITLES: Readonly<Record<string, string>> = {
  company: 't.name_key',
  contact: 't.name_key',
  conversation: `left(lower(t.subject), 200)`,
  ticket: `left(lower(t.subject), 200)`,
  message: 'null::text',
  customer: 't.name_key',
}

/** Kinds that have a status, are given to somebody, and are tagged. */
export const THREADS: ReadonlySet<string> = new Set(['conversation', 'ticket'])

/** What a thread may be narrowed to. The other kinds are not asked with any of it. */
export const THREAD_CONDITIONS = `
  and (statuses is null or t.status = any (statuses))
  and (assignee is null or t.assignee_id = assignee) and (not unassigned or t.assignee_id is null)
  and (team is null or t.team_id = team) and (not unteamed or t.team_id is null)
  and (tags is null or t.tag_ids && tags)`

/** Records of providers, which may be deleted. */
export const OF_PROVIDERS = `
  t.deleted_at is null and t.workspace_id = mine
  and (of_providers is null or t.provider = any (of_providers))
  and (of_integrations is null or t.integration_id = any (of_integrations))`

/** Customers are of all the providers that know them. */
export const OF_CUSTOMERS = `
  t.workspace_id = mine
  and (of_providers is null or t.providers && of_providers)
  and (of_integrations is null or exists (
    select from identity i join contact c on c.id = i.contact_id
    where i.customer_id = t.id and c.integration_id = any (of_integrations)))`

/** The stretch of time that a search is narrowed to. */
export const WITHIN_TIMES = `
  and (since is null or t.created_at is not null and case when t.created_at is null then '-infinity'::timestamptz else t.created_at end >= since)
  and (until is null or t.created_at is not null and case when t.created_at is null then '-infinity'::timestamptz else t.created_at end < until)`

/** When a row began, as lists sort by it. */
export const CREATED = `case when t.created_at is null then '-infinity'::timestamptz else t.created_at end`

/** Search that is ranked by how a query was taken, and the words of each account, among which typos are found. */
export class Search extends Migration {
  override up(): void {
    this.makeSlots()
    for (const table of Object.keys(TITLES)) this.makeFound(table)
    this.makeWords()
  }

  /**
   * When a row began, as the index of words holds it: its day, and its 32 days, of its workspace. So the words of a
   * stretch of time are looked up without reading the rows of all times and of all workspaces that hold them.
   */
  private makeSlots(): void {
    this.addSql(`create function search_day(at timestamptz) returns int language sql immutable parallel safe
      return case when at is null or not isfinite(at) then 0
        else floor(extract(epoch from at - timestamptz '2000-01-01 00:00:00+00') / 86400)::int end`)
    this.addSql(`create function search_slots(workspace uuid, at timestamptz) returns int[]
      language sql immutable parallel safe
      return array[uuid_hash(workspace) # (search_day(at) * 2), uuid_hash(workspace) # ((search_day(at) >> 5) * 2 + 1)]`)
    this
      .addSql(`create function search_slots_between(workspace uuid, since timestamptz, until timestamptz) returns int[]
      language sql immutable parallel safe
      return case
        when search_day(until) - search_day(since) <= 64 then
          (select array_agg(uuid_hash(workspace) # (d * 2)) from generate_series(search_day(since), search_day(until)) d)
        when search_day(until) - search_day(since) <= 32000 then
          (select array_agg(uuid_hash(workspace) # (d * 2 + 1))
           from generate_series(search_day(since) >> 5, search_day(until) >> 5) d)
      end`)
    for (const table of Object.keys(TITLES)) {
      this.addSql(`drop index ${table}_search_idx`)
      this
        .addSql(`create index ${table}_search_idx on "${table}" using gin (search, search_slots(workspace_id, created_at))
        ${table === 'customer' ? '' : 'where deleted_at is null'}`)
    }
  }

  /**
   * Finds by one way of taking the query after the other, until there are enough: of each way, the newest.
   *
   * Where much is expected, the newest stretch of time is searched that should hold enough, and older ones while it does
   * not, since reading all rows that hold a frequent word takes seconds; what is expected, the planner is asked. What
   * one row in eight holds, or very many of one day, is found sooner by reading the rows than in the index. `probe` is what is asked of the index;
   * without one, so many of the newest rows are looked at, and no others.
   *
   * PL/pgSQL, because it plans for the words at hand; without compiling, which takes longer than the search; and volatile
   * only because the planner may not be asked otherwise.
   */
  private makeFound(table: string): void {
    const order = table === 'message' ? `${CREATED} desc, t.sequence desc, t.id desc` : `${CREATED} desc, t.id desc`
    const isCustomer = table === 'customer'
    const there = isCustomer ? 'true' : 't.deleted_at is null'
    const where =
      (isCustomer ? OF_CUSTOMERS : OF_PROVIDERS) + WITHIN_TIMES + (THREADS.has(table) ? THREAD_CONDITIONS : '')
    const columns = `t.id, t.search, ${isCustomer ? 't.providers[1]' : 't.provider'} as provider, ${CREATED} as at, ${TITLES[table]} as title`
    const ranked = `select f.id, case when f.title = named then 0.995 else
        floor_rank + round((spread * ts_rank('{0.4,0.6,0.8,1}', f.search, asked, 32))::numeric, 2)::float8 end, f.at, f.provider`
    const ofWorkspace = `from "${table}" t where t.workspace_id = mine and ${there}`
    this.addSql(`do $do$ begin execute format($format$
      create function ${table}_found(
        tiers tsquery[], probes tsquery[], floors float8[], spread float8, named text, of_providers text[],
        of_integrations uuid[], since timestamptz, until timestamptz, statuses text[], assignee uuid,
        unassigned boolean, team uuid, unteamed boolean, tags uuid[], walked int, most int)
      returns table (id uuid, rank float8, at timestamptz, provider text)
      language plpgsql volatile security definer rows 200
      set plan_cache_mode = force_custom_plan set jit = off set search_path = pg_catalog, %1$I, pg_temp
      as $body$
      declare
        mine uuid := app_workspace();
        asked tsquery; probe tsquery; before tsquery; floor_rank float8;
        found_here int; found_so_far int; left_over int := most;
        newest timestamptz; oldest timestamptz; upper_end timestamptz; lower_end timestamptz; span interval;
        plan json; expected float8; slots int[]; reading boolean; rows_there float8;
      begin
        select ${CREATED} into newest ${ofWorkspace} and ${CREATED} < 'infinity' order by ${CREATED} desc limit 1;
        select ${CREATED} into oldest ${ofWorkspace} and ${CREATED} > '-infinity' order by ${CREATED} limit 1;
        select greatest(c.reltuples, 1) into rows_there from pg_class c where c.oid = '"${table}"'::regclass;
        newest := least(newest, until);
        oldest := greatest(oldest, since);
        for place in 1 .. cardinality(tiers) loop
          asked := tiers[place]; probe := probes[place]; floor_rank := floors[place];
          if probe is null then
            return query ${ranked} from (
              select w.* from (select ${columns} from "${table}" t where ${where} order by ${order} limit walked) w
              where w.search @@ asked and (w.search @@ before) is not true limit left_over) f;
            get diagnostics found_here = row_count;
            left_over := left_over - found_here;
          else
            execute 'explain (format json) select from "${table}" t where ${there} and t.search @@ $1'
              using probe into plan;
            expected := (plan->0->'Plan'->>'Plan Rows')::float8;
            upper_end := null;
            found_so_far := 0;
            span := case when newest > oldest and expected > 4 * left_over
              then (newest - oldest) * (1.3 * left_over / expected) end;
            lower_end := coalesce(newest - span, '-infinity');
            reading := span is not null and (expected > rows_there / 8
              or expected > 4 * left_over * (1 + search_day(newest) - search_day(oldest)));
            loop
              slots := case when not reading and lower_end > '-infinity'
                then search_slots_between(mine, lower_end, coalesce(upper_end, newest)) end;
              return query ${ranked} from (
                select ${columns} from "${table}" t
                where (reading or t.search @@ probe)
                  and (slots is null or search_slots(t.workspace_id, t.created_at) && slots)
                  and (t.search @@ asked) is true and (t.search @@ before) is not true
                  and (lower_end = '-infinity' or ${CREATED} >= lower_end)
                  and (upper_end is null or ${CREATED} < upper_end) and ${where}
                order by ${order} limit left_over) f;
              get diagnostics found_here = row_count;
              left_over := left_over - found_here;
              found_so_far := found_so_far + found_here;
              exit when left_over <= 0 or lower_end = '-infinity';
              upper_end := lower_end;
              span := (newest - lower_end) * least(8, greatest(1, 1.3 * left_over / greatest(found_so_far, 1)));
              lower_end := case when upper_end - span <= oldest then '-infinity' else upper_end - span end;
            end loop;
          end if;
          exit when left_over <= 0;
          before := asked;
        end loop;
      end $body$ $format$, current_schema()); end $do$`)
    this.lend(
      `${table}_found(tsquery[], tsquery[], float8[], float8, text, text[], uuid[], timestamptz, timestamptz, text[], uuid,
        boolean, uuid, boolean, uuid[], int, int)`,
    )
  }

  /**
   * The words that an account's texts hold, and the keys by which they are found with typos (`store/search/typo.ts`),
   * which are of a workspace, so that others' words cost nothing. `word_reading` is how far the texts were read.
   */
  private makeWords(): void {
    this.addSql(`create table word (
      workspace_id uuid not null, integration_id uuid not null, word text not null, keys int[] not null,
      primary key (integration_id, word)
    )`)
    this.addSql(`create index on word using gin (keys)`)
    this.addSql(`create table word_reading (
      one boolean primary key default true check (one), xid xid8 not null default '0', id bigint not null default 0,
      kind text, row_id uuid
    )`)
    for (const table of ['word', 'word_reading']) this.addSql(`alter table ${table} enable row level security`)
    this.addSql(`create policy own on word to switchboard_app
      using (workspace_id = app_workspace()) with check (workspace_id = app_workspace())`)
    this.addSql(`grant select, insert, delete on word to switchboard_app`)
    this.addSql(`create function word_near(sought int[], most int) returns table (word text)
      language sql stable security definer rows 100 set enable_seqscan = off
      begin atomic
        select w.word from word w where w.keys && sought and w.workspace_id = app_workspace() limit most;
      end`)
    this.lend('word_near(int[], int)')
  }

  private lend(signature: string): void {
    this.addSql(`revoke all on function ${signature} from public`)
    this.addSql(`grant execute on function ${signature} to switchboard_app`)
  }
}
