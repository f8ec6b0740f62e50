/** A working week in a time zone, less its holidays. */
export interface Week {
  readonly timeZone: string
  /** `day` 1 is a Monday; times are of that day's clock, to the minute, and "24:00" is its end. */
  readonly hours: readonly { readonly day: number; readonly from: string; readonly to: string }[]
  /** Local dates. */
  readonly holidays: readonly string[]
}

/**
 * Business hours minute by minute: each minute of real time is in them or not, by what the wall clock shows in it. An hour
 * that the clock skips has no minute, and one that it repeats has its minutes twice.
 */
export const HOURS = [
  `create table checker.minute (at timestamptz primary key, open int not null, before bigint not null)`,
  `create function checker.worked_until(t timestamptz) returns float8 language sql stable as $$
    select before + open / 60.0 * extract(epoch from t - at)::float8 from checker.minute where at = date_trunc('minute', t)
  $$`,
  `create function checker.seconds(a timestamptz, b timestamptz, business boolean) returns float8 language sql stable as $$
    select case when business then checker.worked_until(b) - checker.worked_until(a)
      else extract(epoch from b - a)::float8 end
  $$`,
] as const

/** Fills the minutes from `$1` to `$2` by the hours `$3` of zone `$4` less the dates `$5`. */
export const FILL_HOURS = `
  with wall as materialized (
    select distinct h.day, minute from jsonb_to_recordset($3::jsonb) as h (day int, "from" time, "to" time),
      generate_series(0, 1439) as minute
    where minute * interval '1 minute' >= h."from"::interval and minute * interval '1 minute' < h."to"::interval
  ), minute as materialized (
    select at, at at time zone $4 as local from generate_series(date_trunc('minute', $1::timestamptz), $2::timestamptz, '1 minute') as at
  )
  insert into checker.minute
  select at, open, sum(open) over (order by at) - open from (
    select m.at, case when w.day is null or m.local::date = any ($5::date[]) then 0 else 60 end as open
    from minute m left join wall w on w.day = extract(isodow from m.local)::int
      and w.minute = extract(hour from m.local)::int * 60 + extract(minute from m.local)::int
  ) as looked`
