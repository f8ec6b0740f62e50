import { Migration } from '@mikro-orm/migrations'
import { CREATED, OF_CUSTOMERS, OF_PROVIDERS, THREAD_CONDITIONS, THREADS, TITLES, WITHIN_TIMES } from './0011-search.ts'

/** Where so few rows are left to look at, it is not worth while to read more entries of the index. */
const FEW_ROWS = 500

/** A stretch of time that held more than it should is made so many times shorter. */
const SHORTER = 2

/** Search whose bounds hold whatever the statistics say: they are of some time ago, and say nothing of when words were used. */
export class SearchLooked extends Migration {
  override up(): void {
    for (const table of Object.keys(TITLES)) this.makeFound(table)
  }

  /**
   * Finds by one way of taking the query after the other, until there are enough: of each way, the newest.
   *
   * How many rows hold each of the words, the planner is asked. The rarest are looked up in the index: whole words all
   * at once, since an index of words steps over what does not hold the rarest; beginnings only as long as their entries
   * are few, for it reads all of each. The others are looked at in the rows. What is more than `most_rows` rows, or takes
   * more than `most_entries` entries, is looked for in the newest stretch of time that holds so many. Where no word is rare
   * enough, the newest rows themselves are read: as many as should hold enough, up to ten times `walked`; where even they
   * would not, `walked`. With several words there are fewer rows, since each is looked for in each; to step over an entry is
   * half as much as to read one.
   *
   * Where there may be more than the planner thinks, since the table has grown or the words are of lately, the stretch is
   * tried out before it is read whole, and made shorter until it holds no more than it may. Of a table that has doubled since,
   * the statistics say nothing: everything is tried first.
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
    this.addSql(
      `drop function ${table}_found(tsquery[], int[], int[], int[], float8[], tsquery, float8, text, text[], uuid[], timestamptz,
        timestamptz, text[], uuid, boolean, uuid, boolean, uuid[], int, int)`,
    )
    this.addSql(`do $do$ begin execute format($format$
      create function ${table}_found(
        queries tsquery[], tiers int[], parts int[], places int[], floors float8[], before tsquery, spread float8, named text, of_providers text[],
        of_integrations uuid[], since timestamptz, until timestamptz, statuses text[], assignee uuid,
        unassigned boolean, team uuid, unteamed boolean, tags uuid[], walked int, most_rows int, most_entries int, most int)
      returns table (id uuid, rank float8, at timestamptz, provider text)
      language plpgsql volatile security definer rows 200
      set plan_cache_mode = force_custom_plan set jit = off set max_parallel_workers_per_gather = 0
      set random_page_cost = 1.1 set search_path = pg_catalog, %1$I, pg_temp
      as $body$
      declare
        mine uuid := app_workspace();
        asked tsquery; probe tsquery; each record; is_whole boolean := before is null; floor_rank float8;
        found_here int; found_so_far int; left_over int := most;
        newest timestamptz; oldest timestamptz; horizon timestamptz; upper_end timestamptz; lower_end timestamptz;
        span interval; slots int[]; plan json; estimates float8[];
        words int; rows_there float8; rows_mine float8; grown float8; allowed int; looked int; is_tried boolean; is_stale boolean; expected float8; entries float8; likely float8; seen float8;
      begin
        select ${CREATED} into newest ${ofWorkspace} and ${CREATED} < 'infinity' order by ${CREATED} desc limit 1;
        select ${CREATED} into oldest ${ofWorkspace} and ${CREATED} > '-infinity' order by ${CREATED} limit 1;
        newest := least(newest, until);
        oldest := greatest(oldest, since);
        execute 'explain (format json) select 1 from "${table}" t union all select 1 from "${table}" t where ${there} and t.workspace_id = $1' || (
            select string_agg(format(' union all select 1 from "${table}" t where ${there} and t.search @@ $2[%%s]', n), '' order by n)
            from generate_series(1, cardinality(queries)) n)
          using mine, queries into plan;
        estimates := array(
          select (p.node->>'Plan Rows')::float8
          from json_array_elements(plan->0->'Plan'->'Plans') with ordinality p (node, n) order by p.n);
        rows_there := estimates[1];
        rows_mine := least(rows_there, estimates[2]);
        estimates := estimates[3:];
        select greatest(0, rows_there - greatest(c.reltuples, 0)) into grown from pg_class c where c.oid = '"${table}"'::regclass;
        is_stale := grown > rows_there / 2;
        for place in 1 .. cardinality(tiers) loop
          asked := queries[tiers[place]]; floor_rank := floors[place];
          expected := estimates[tiers[place]] * rows_mine / rows_there;
          select min(estimates[u.part]) * count(*) / 2, greatest(count(*), 1) into entries, words
            from unnest(parts, places) u (part, tier) where u.tier = place;
          probe := null; likely := rows_there;
          if is_whole then
            if is_stale or not (newest > oldest and expected > 4 * left_over and (expected > rows_mine / 8
              or expected > 4 * left_over * (1 + search_day(newest) - search_day(oldest)))) then
              probe := asked; likely := estimates[tiers[place]];
            end if;
          else
            entries := 0;
            for each in
              select queries[u.part] as part, estimates[u.part] as rows
              from unnest(parts, places) u (part, tier) where u.tier = place order by 2, u.part
            loop
              exit when likely <= least(${FEW_ROWS}, most_rows) or entries + each.rows > most_entries;
              probe := coalesce(probe && each.part, each.part);
              entries := entries + each.rows; likely := likely * each.rows / rows_there;
            end loop;
          end if;
          if probe is null then
            return query ${ranked} from (
              select w.* from (
                select ${columns} from "${table}" t where ${where} order by ${order}
                limit case when 10 * walked * expected >= left_over * rows_mine then 10 * walked else walked end) w
              where w.search @@ asked and (w.search @@ before) is not true limit left_over) f;
            get diagnostics found_here = row_count;
            left_over := left_over - found_here;
          else
            seen := case when is_stale then 1 else least(1, rows_there / rows_mine
              * least(most_rows / greatest(likely * words, 1), most_entries / greatest(entries, 1))) end;
            allowed := greatest(1, most_rows / words);
            is_tried := likely + grown <= allowed;
            horizon := case when seen < 1 and newest > oldest then newest - (newest - oldest) * seen else '-infinity' end;
            upper_end := null;
            found_so_far := 0;
            -- Where more may hold them than is known, the newest rows come first: of a frequent word they are enough.
            span := case when newest > oldest and expected > 4 * left_over
                then (newest - oldest) * (1.3 * left_over / expected)
              when newest > oldest and not is_tried then (newest - oldest) * least(1, allowed / greatest(rows_mine, 1)) end;
            lower_end := greatest(horizon, coalesce(newest - span, '-infinity'));
            loop
              -- Only what is read to the end of the stretch can be too much: most searches have found enough before.
              if not is_tried and (upper_end is not null or lower_end <= horizon) then
                loop
                  slots := case when horizon > '-infinity' then search_slots_between(mine, horizon, newest) end;
                  select count(*) into looked from (
                    select from "${table}" t where t.search @@ probe and ${there} and t.workspace_id = mine
                      and (slots is null or search_slots(t.workspace_id, t.created_at) && slots)
                      and (horizon = '-infinity' or ${CREATED} >= horizon) limit allowed + 1) r;
                  exit when looked <= allowed or seen < 1e-6 or (newest > oldest) is not true;
                  seen := seen / ${SHORTER};
                  horizon := newest - (newest - oldest) * seen;
                end loop;
                is_tried := true;
                lower_end := greatest(lower_end, horizon);
                exit when upper_end <= horizon;
              end if;
              slots := case when lower_end > '-infinity' then search_slots_between(mine, lower_end, coalesce(upper_end, newest)) end;
              return query ${ranked} from (
                select ${columns} from "${table}" t
                where t.search @@ probe
                  and (slots is null or search_slots(t.workspace_id, t.created_at) && slots)
                  and (t.search @@ asked) is true and (t.search @@ before) is not true
                  and (lower_end = '-infinity' or ${CREATED} >= lower_end)
                  and (upper_end is null or ${CREATED} < upper_end) and ${where}
                order by ${order} limit left_over) f;
              get diagnostics found_here = row_count;
              left_over := left_over - found_here;
              found_so_far := found_so_far + found_here;
              exit when left_over <= 0 or lower_end <= horizon;
              upper_end := lower_end;
              span := (newest - lower_end) * least(8, greatest(1, 1.3 * left_over / greatest(found_so_far, 1)));
              lower_end := greatest(horizon, case when upper_end - span <= oldest then '-infinity' else upper_end - span end);
            end loop;
          end if;
          exit when left_over <= 0;
          before := asked; is_whole := false;
        end loop;
      end $body$ $format$, current_schema()); end $do$`)
    const signature = `${table}_found(tsquery[], int[], int[], int[], float8[], tsquery, float8, text, text[], uuid[], timestamptz, timestamptz,
      text[], uuid, boolean, uuid, boolean, uuid[], int, int, int, int)`
    this.addSql(`revoke all on function ${signature} from public`)
    this.addSql(`grant execute on function ${signature} to switchboard_app`)
  }
}
