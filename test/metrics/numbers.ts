/** Which facts a metric counts in a range, and what each is worth: the table "Metrics" of docs/metrics.md. */
export const NUMBERS = [
  `create index on checker.fact (type, at)`,

  `create function checker.counted(metric text, lo timestamptz, hi timestamptz, business boolean)
  returns table (fact checker.fact, value float8) language sql stable as $$
    select f, case
      when metric in ('FIRST_RESPONSE', 'NEXT_RESPONSE', 'RESOLUTION') then checker.seconds(f.since, f.at, business)
      when metric = 'BACKLOG' then checker.seconds(f.opened_at, hi, business)
      when metric = 'SATISFACTION' then f.score end
    from checker.fact f
    where f.type = case metric when 'NEW' then 'OPENED' when 'RESOLUTION' then 'RESOLVED' when 'SATISFACTION' then 'RATED'
        when 'OPEN' then 'OPEN_SPAN' when 'BACKLOG' then 'OPEN_SPAN' else metric end
      and case when metric in ('OPEN', 'BACKLOG') then f.since <= hi and f.at > hi else f.at >= lo and f.at < hi end
  $$`,

  // A thread with two tags is of two groups; one with none of a group without a key.
  `create function checker.keys(fact checker.fact, by text) returns setof text language sql stable as $$
    select case by when 'AGENT' then fact.agent_id::text when 'TEAM' then fact.team_id::text
      when 'INTEGRATION' then fact.integration_id::text when 'CHANNEL' then fact.channel
      when 'PROVIDER' then upper(fact.provider) when 'THREAD' then upper(fact.thread_kind) end where by <> 'TAG'
    union all select unnest(fact.tag_ids)::text where by = 'TAG'
    union all select null where by = 'TAG' and fact.tag_ids = '{}'
  $$`,

  // Each begins where the zone's clock shows the beginning of an hour, day, …; the first and the last are cut to the range.
  `create function checker.buckets(lo timestamptz, hi timestamptz, zone text, unit text)
  returns table (since timestamptz, until timestamptz) language sql stable as $$
    with edge as (
      select at from generate_series(date_trunc('hour', lo), hi, '30 minutes') as at
        where unit = 'hour' and extract(minute from at at time zone zone) = 0
      union select wall at time zone zone from generate_series(date_trunc('day', lo at time zone zone), hi at time zone zone, '1 day') as wall
        where unit <> 'hour' and date_trunc(unit, wall) = wall
    ), inner_edge as (
      select at from edge where at > lo and at < hi union select lo union select hi
    )
    select * from (select at, lead(at) over (order by at) as until from inner_edge) as bucket where until is not null order by at
  $$`,

  // When the period of the same length before a range begins.
  `create function checker.before(lo timestamptz, hi timestamptz, zone text) returns timestamptz language sql stable as $$
    select case when date_trunc('day', a) = a and date_trunc('day', b) = b then (a - (b - a)) at time zone zone
      else lo - (hi - lo) end
    from (select lo at time zone zone as a, hi at time zone zone as b) as wall
  $$`,
] as const

/** What is told of values. */
export const STATISTICS = `count((fact).thread_id)::int as count, avg(value) as average,
  percentile_cont(0.5) within group (order by value) as p50, percentile_cont(0.9) within group (order by value) as p90,
  percentile_cont(0.95) within group (order by value) as p95, min(value) as minimum, max(value) as maximum, sum(value) as sum`
