/** What follows from what was told, in the words of docs/metrics.md: changes of status, and the facts of each thread. */
export const DERIVED = [
  // Where messages tell of no change, what was seen of the records as they were stored, one after the other.
  `create materialized view checker.seen as
    with stood as (
      select v.place, v.thread_id, s.*, lag(s.closed) over (partition by v.thread_id order by v.place) as was_closed
      from checker.version v, checker.standing(v.provider, v.kind, v.native) as s
    ), version as (
      select s.*, s.reopened is not null and not exists (
        -- Opened at that time before, as it said or as it was seen.
        select from stood w where w.thread_id = s.thread_id and w.place < s.place
          and (w.reopened = s.reopened or w.was_closed and not w.closed and w.changed = s.reopened)) as again
      from stood s
    )
    -- What is seen twice is one change.
    select distinct on (thread_id, at, closes) * from (
      select thread_id, reopened as at, place * 2 as place, true as was_closed, false as closes from version where again
      union all
      select thread_id, changed, place * 2, true, false from version where not again and was_closed and not closed
      union all
      select thread_id, coalesce(solved, changed), place * 2 + 1, case when again or not was_closed then false end, true
      from version where closed and (again or was_closed is not true)
    ) as change order by thread_id, at, closes, place`,

  `create materialized view checker.turn as
    with change as (
      select thread_id, at, place, null::boolean as was_closed, closes from checker.said_in
      where closes is not null and at is not null
      union all
      select * from checker.seen s where thread_id not in (
        select thread_id from checker.said_in where closes is not null and at is not null)
    ), ordered as (
      select c.*, row_number() over sequence as nth, count(*) over (partition by thread_id) as of,
        coalesce(was_closed, lag(closes) over sequence, false) as before
      from change c window sequence as (partition by thread_id order by at, place)
    ), told as (
      select thread_id, at, nth, before, closes as after from ordered
      union all
      -- Where they lead elsewhere than the thread stands.
      select t.id, greatest(case when t.closed then coalesce(t.solved, t.changed) else coalesce(t.reopened, t.changed) end, o.at),
        coalesce(o.nth, 0) + 1, coalesce(o.closes, false), t.closed
      from checker.thread t left join ordered o on o.thread_id = t.id and o.nth = o.of
      where t.closed <> coalesce(o.closes, false)
    )
    select * from told where before <> after`,

  `create materialized view checker.answer as
    with spoken as (
      select s.*, row_number() over sequence as nth from checker.said_in s
      where spoken and at is not null and author in ('customer', 'person')
      window sequence as (partition by thread_id order by at, author <> 'customer', place)
    ), round as (
      -- All that customers say up to a person's reply is of one round with it.
      select p.*, lag(p.nth, 1, 0::bigint) over (partition by p.thread_id order by p.nth) as last_answer
      from spoken p where author = 'person'
    ), waited as (
      select r.*, (select c.at from spoken c where c.thread_id = r.thread_id and c.nth > r.last_answer and c.nth < r.nth
        order by c.nth limit 1) as since
      from round r
    )
    select id, thread_id, agent, since, at, row_number() over (partition by thread_id order by nth) as nth
    from waited where since is not null`,

  `create view checker.rated as
    select r.id, t.id as thread_id, g.*
    from rating r join checker.thread t on t.id in (r.conversation_id, r.ticket_id), lateral (
      select case t.provider
        -- They say when it was asked for, too: that is \`created_at\`.
        when 'intercom' then checker.unix(coalesce(nullif(r.native -> 'updated_at', 'null'), r.native -> 'created_at'))
        when 'zendesk' then coalesce((r.native ->> 'updated_at')::timestamptz, r.updated_at)
        else (r.native ->> 'created_at')::timestamptz end as at,
      case t.provider when 'intercom' then least(5, greatest(1, (r.native ->> 'rating')::int))
        when 'zendesk' then case when r.native ->> 'score' like 'good%' then 5 else 1 end
        else (select best from (values (103, 5), (102, 4), (101, 4), (100, 3), (-101, 2), (-102, 2), (-103, 1),
          (1, 5), (2, 3), (3, 1)) as scale (said, best) where said = (r.native #>> '{ratings,default_question}')::int)
        end::float8 as score,
      case t.provider
        when 'intercom' then case when r.native #>> '{teammate,type}' = 'admin' then r.native #>> '{teammate,id}' end
        when 'freshdesk' then r.native ->> 'agent_id'
        else coalesce(r.native ->> 'assignee_id', (select a.remote_id from agent a where a.id = r.agent_id)) end as agent
    ) as g where r.deleted_at is null and r.native is not null`,

  `create materialized view checker.fact as
    with span as (
      select id as thread_id, began as since, 0::bigint as nth from checker.thread
      union all select thread_id, at, nth from checker.turn where not after
    ), fact as (
      select id as thread_id, 'OPENED' as type, began as at, null::timestamptz as since, null::float8 as score,
        null::uuid as record_id, null::text as by from checker.thread
      union all select thread_id, case when after then 'CLOSED' else 'REOPENED' end, at, null, null, null, null from checker.turn
      union all (select distinct on (t.id) t.id, 'RESOLVED', c.at, t.began, null, null, null
        from checker.thread t join checker.turn c on c.thread_id = t.id and c.after where t.closed order by t.id, c.nth desc)
      union all select a.thread_id, case a.nth when 1 then 'FIRST_RESPONSE' else 'NEXT_RESPONSE' end, a.at, a.since, null,
        a.id, coalesce(a.agent, '') from checker.answer a join checker.thread t on t.id = a.thread_id
        where t.grown_out_of is null
      union all select thread_id, 'RATED', at, null, score, id, agent from checker.rated where at is not null
      union all select s.thread_id, 'OPEN_SPAN', coalesce((select c.at from checker.turn c
          where c.thread_id = s.thread_id and c.nth > s.nth order by c.nth limit 1), 'infinity'), s.since, null, null, null
        from span s
    )
    select t.workspace_id, t.integration_id, t.provider, t.kind as thread_kind, f.thread_id, f.type, f.at, f.since,
      t.began as opened_at, f.score, f.record_id,
      checker.row_id(t.integration_id, 'agent', nullif(coalesce(f.by, t.agent), '')) as agent_id,
      checker.row_id(t.integration_id, 'team', t.team) as team_id,
      checker.row_id(t.integration_id, 'contact', t.contact) as contact_id, t.channel,
      array(select checker.row_id(t.integration_id, 'tag', tag) from unnest(t.tags) as tag) as tag_ids
    from fact f join checker.thread t on t.id = f.thread_id
    where t.began is not null or f.type in ('FIRST_RESPONSE', 'NEXT_RESPONSE', 'RATED')`,
] as const

/** What is to be reckoned anew when records have changed, in order. */
export const REFRESHED = ['thread', 'said_in', 'seen', 'turn', 'answer', 'fact'] as const
