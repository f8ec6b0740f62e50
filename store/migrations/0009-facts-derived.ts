import { CLOSED } from './0009-facts-seen.ts'

/** What a fact has of its thread, whichever its type. */
const OF_THREAD = [
  ['workspace_id', 'workspace_id'],
  ['integration_id', 'integration_id'],
  ['provider', 'provider'],
  ['thread_id', 'id'],
  ['opened_at', 'created_at'],
  ['team_id', 'team_id'],
  ['contact_id', 'contact_id'],
  ['channel', 'channel'],
  ['tag_ids', `coalesce(tag_ids, '{}')`],
] as const

/** The row with an id, looked up by it. A limit keeps the planner from joining in another order. */
const found = (table: string, alias: string, condition: string): string =>
  `lateral (select * from "${table}" ${alias} where ${condition} limit 1) ${alias}`

/** Rows that a row before them has, looked up by it. An offset keeps the planner from joining in another order. */
const every = (table: string, alias: string, condition: string): string =>
  `cross join lateral (select * from "${table}" ${alias} where ${condition} offset 0) ${alias}`

/** What a fact has of its thread, of the row `t`. */
const SELECTED = OF_THREAD.map(
  ([name, of]) => `${of.startsWith('coalesce') ? `coalesce(t.tag_ids, '{}')` : `t.${of}`} as ${name}`,
).join(', ')
const CARRIED = (alias: string): string => OF_THREAD.map(([name]) => `${alias}.${name}`).join(', ')

const KEY = ['thread_id', 'type', 'place']
const CONTENT = [
  'at',
  'since',
  'score',
  'record_id',
  'agent_id',
  ...OF_THREAD.map(([name]) => name).filter((name) => name !== 'thread_id'),
]
const listed = (alias: string, columns: readonly string[]): string =>
  columns.map((column) => `${alias}.${column}`).join(', ')

/**
 * Ends a statement whose common tables end with `wanted` and `existing`, which are facts: writes where they differ. A
 * full join, since no plan can do it row against row.
 */
const writeDifferences = (thread: string): string => `,
  difference as materialized (
    select coalesce(w.thread_id, e.thread_id) as thread_id, coalesce(w.type, e.type) as type,
      coalesce(w.place, e.place) as place, w.thread_id is null as surplus, ${listed('w', CONTENT)}
    from wanted w full join existing e on w.thread_id = e.thread_id and w.type = e.type and w.place = e.place
    where w.thread_id is null or e.thread_id is null or (${listed('w', CONTENT)}) is distinct from (${listed('e', CONTENT)})
  ), removed as (
    delete from fact f using difference d
    where d.surplus and f.thread_id = d.thread_id and f.type = d.type and f.place = d.place
  )
  insert into fact (thread_kind, ${[...KEY, ...CONTENT].join(', ')})
  select '${thread}', ${listed('d', [...KEY, ...CONTENT])} from difference d where not d.surplus
  on conflict (thread_id, type, place) do update set ${CONTENT.map((each) => `${each} = excluded.${each}`).join(', ')};`

/**
 * How threads stood. A thread is a stream: that it began, what is told or was seen of it, and how it stands now; where
 * the stream turns, it was closed or opened again.
 */
const status = (thread: string): string => {
  const closed = (of: string): string => `${of} in ${CLOSED[thread]}`
  const isTicket = thread === 'ticket'
  const told = `m.status_to is not null and m.created_at is not null and m.deleted_at is null`
  const stoodAt = isTicket
    ? `coalesce(case when ${closed('t.status')} then t.solved_at else t.reopened_at end, t.updated_at, t.created_at)`
    : `coalesce(t.updated_at, t.created_at)`
  return `
  with thread as materialized (
    select ${SELECTED}, t.assignee_id as agent_id, coalesce(${closed('t.status')}, false) as closed, ${stoodAt} as stood_at
    from unnest(alive) d (id) cross join ${found(thread, 't', 't.id = d.id')}
    where t.created_at is not null
  ), stream as (
    select t.*, 0 as phase, t.opened_at as at, true as came, false as went, 0::bigint as n, null::uuid as message_id
    from thread t
    union all
    select t.*, 1, m.created_at, null, ${closed('m.status_to')}, m.sequence, m.id
    from thread t ${every('message', 'm', `m.${thread}_id = t.thread_id and ${told}`)}
    union all
    select t.*, 1, s.at, ${closed('s.from_status')}, ${closed('s.to_status')}, s.seen, null
    from thread t
    left join lateral (select true as one from message m where m.${thread}_id = t.thread_id and ${told} limit 1) told on true
    ${every('status_change', 's', 's.thread_id = t.thread_id')}
    where told.one is null
    union all
    select t.*, 2, t.stood_at, null, t.closed, 0, null from thread t
  ), step as (
    select s.*, coalesce(s.came, lag(s.went) over along) as came_from,
      case when s.phase = 2 and lag(s.phase) over along = 1 then greatest(s.at, lag(s.at) over along) else s.at end as turned_at
    from stream s window along as (partition by s.thread_id order by s.phase, s.at, s.n, s.message_id)
  ), turn as (
    select s.*, count(*) filter (where s.went) over so_far as closings, count(*) filter (where not s.went) over so_far as openings,
      count(*) filter (where s.went) over (partition by s.thread_id) as all_closings,
      lead(s.turned_at) over (partition by s.thread_id order by s.phase, s.at, s.n, s.message_id) as next_at
    from step s where s.went <> s.came_from
    window so_far as (partition by s.thread_id order by s.phase, s.at, s.n, s.message_id rows unbounded preceding)
  ), wanted as materialized (
    select ${CARRIED('t')}, t.agent_id, f.type, f.place, f.at, f.since, null::float8 as score, null::uuid as record_id
    from turn t cross join lateral (values
      ('OPENED', 0, t.at, null::timestamptz, t.phase = 0),
      ('CLOSED', t.closings::int - 1, t.turned_at, null, t.went),
      ('REOPENED', t.openings::int - 2, t.turned_at, null, t.phase > 0 and not t.went),
      ('RESOLVED', 0, t.turned_at, t.opened_at, t.went and t.closed and t.closings = t.all_closings),
      ('OPEN_SPAN', t.openings::int - 1, coalesce(t.next_at, 'infinity'), t.turned_at, not t.went)
    ) as f (type, place, at, since, holds)
    where f.holds
  ), existing as materialized (
    select f.* from unnest(alive) d (id) ${every(
      'fact',
      'f',
      `f.thread_id = d.id and f.type in ('OPENED', 'CLOSED', 'REOPENED', 'RESOLVED', 'OPEN_SPAN')`,
    )}
  )${writeDifferences(thread)}`
}

/** By what lists of messages are ordered, and so what there is an index for. */
const SAID_AT = `(case when m.created_at is null then '-infinity'::timestamptz else m.created_at end)`

/**
 * Who answered whom, from a time on. What was answered before it stands; whether somebody waited then is told by the
 * first reply of a customer after the last of those answers.
 */
const responses = (thread: string): string => `
  with due as materialized (
    select ${SELECTED}, d.since as from_at, ${thread === 'ticket' ? 't.conversation_id is not null' : 'false'} as grown,
      coalesce(a.n, 0) as answers, coalesce(a.at, '-infinity') as answered_at
    from unnest(counted, counted_from) d (id, since) cross join ${found(thread, 't', 't.id = d.id')}
    left join lateral (
      select answer.n, answer.at from (
        (select f.place + 2 as n, f.at from fact f
         where f.thread_id = d.id and f.type = 'NEXT_RESPONSE' and f.at < d.since order by f.place desc limit 1)
        union all
        (select 1, f.at from fact f where f.thread_id = d.id and f.type = 'FIRST_RESPONSE' and f.at < d.since)
      ) answer order by answer.n desc limit 1
    ) a on d.since > '-infinity'
  ), said as (
    select d.*, m.said_at, true as asks, m.sequence, m.id as message_id, m.agent_id
    from due d cross join lateral (
      select ${SAID_AT} as said_at, m.sequence, m.id, m.agent_id from message m
      where m.${thread}_id = d.thread_id and m.type = 'REPLY' and m.author_type = 'CONTACT'
        and m.created_at is not null and m.deleted_at is null and ${SAID_AT} > d.answered_at and ${SAID_AT} < d.from_at
      order by ${SAID_AT}, m.sequence, m.id limit 1
    ) m
    where not d.grown and d.from_at > '-infinity'
    union all
    select d.*, ${SAID_AT}, m.author_type = 'CONTACT', m.sequence, m.id, m.agent_id
    from due d ${every(
      'message',
      'm',
      `m.${thread}_id = d.thread_id and ${SAID_AT} >= d.from_at and m.type = 'REPLY'
        and m.author_type in ('CONTACT', 'AGENT') and m.created_at is not null and m.deleted_at is null`,
    )}
    where not d.grown
  ), spoke as (
    select s.*, lag(s.asks) over along as after_asking
    from said s window along as (partition by s.thread_id order by s.said_at, s.asks desc, s.sequence, s.message_id)
  ), turn as (
    select s.*, lag(s.said_at) over along as waited_from, count(*) filter (where not s.asks) over along as n
    from spoke s where s.asks <> coalesce(s.after_asking, false)
    window along as (partition by s.thread_id order by s.said_at, s.asks desc, s.sequence, s.message_id)
  ), wanted as materialized (
    select ${CARRIED('t')}, t.agent_id, case when t.answers + t.n = 1 then 'FIRST_RESPONSE' else 'NEXT_RESPONSE' end as type,
      greatest(t.answers + t.n - 2, 0)::int as place, t.said_at as at, t.waited_from as since, null::float8 as score,
      t.message_id as record_id
    from turn t where not t.asks
  ), existing as materialized (
    select f.* from due d ${every('fact', 'f', `f.thread_id = d.thread_id and f.type = 'FIRST_RESPONSE'`)} where d.answers = 0
    union all
    select f.* from due d
    ${every('fact', 'f', `f.thread_id = d.thread_id and f.type = 'NEXT_RESPONSE' and f.place >= d.answers - 1`)}
  )${writeDifferences(thread)}`

/** How threads were rated. */
const ratings = (thread: string): string => `
  with wanted as materialized (
    select ${SELECTED}, coalesce(r.agent_id, t.assignee_id) as agent_id, 'RATED' as type,
      row_number() over (partition by t.id order by coalesce(r.updated_at, r.created_at), r.id)::int - 1 as place,
      coalesce(r.updated_at, r.created_at) as at,
      null::timestamptz as since, r.score, r.id as record_id
    from unnest(rated) d (id) cross join ${found(thread, 't', 't.id = d.id')}
    ${every('rating', 'r', `r.${thread}_id = t.id and coalesce(r.updated_at, r.created_at) is not null and r.deleted_at is null`)}
  ), existing as materialized (
    select f.* from unnest(rated) d (id) ${every('fact', 'f', `f.thread_id = d.id and f.type = 'RATED'`)}
  )${writeDifferences(thread)}`

const ALIGNED = ['opened_at', 'team_id', 'contact_id', 'channel', 'tag_ids']

/**
 * Derives the facts of threads of one kind. A thread that has its fact OPENED was derived before: then of its answers
 * only those are looked at that what changed may touch, else all; and where that fact differs from the thread, the thread
 * went over to somebody else, and its answers go with it.
 */
const deriveThread = (thread: string): string => {
  const ofThread = OF_THREAD.filter(([name]) => ALIGNED.includes(name))
  const now = ofThread.map(([, of]) => (of.startsWith('coalesce') ? `coalesce(t.tag_ids, '{}')` : `t.${of}`)).join(', ')
  const isMoved = `(${now}, t.assignee_id) is distinct from (${listed(
    'o',
    ofThread.map(([name]) => name),
  )}, o.agent_id)`
  return `
create function derive_${thread}_facts(ids uuid[], since timestamptz[], recount_ratings boolean[]) returns void
language plpgsql as $body$
declare alive uuid[]; gone uuid[]; moved uuid[]; counted uuid[]; counted_from timestamptz[]; rated uuid[];
begin
  select array_agg(d.id) filter (where t.id is not null), array_agg(d.id) filter (where t.id is null),
    array_agg(d.id) filter (where o.thread_id is not null and ${isMoved}),
    array_agg(d.id) filter (where t.id is not null and (o.thread_id is null or d.since is not null)),
    array_agg(case when o.thread_id is null then '-infinity' else d.since end)
      filter (where t.id is not null and (o.thread_id is null or d.since is not null)),
    array_agg(d.id) filter (where t.id is not null and (d.rated or o.thread_id is null or ${isMoved}))
  into alive, gone, moved, counted, counted_from, rated
  from unnest(ids, since, recount_ratings) d (id, since, rated)
  left join ${found(thread, 't', 't.id = d.id and t.deleted_at is null and t.workspace_id = app_workspace()')} on true
  left join ${found('fact', 'o', `o.thread_id = t.id and o.type = 'OPENED' and o.place = 0`)} on true;
  if gone is not null then delete from fact f where f.thread_id = any (gone) and f.workspace_id = app_workspace(); end if;
  if alive is null then return; end if;
  if moved is not null then
    update fact f set (${ofThread.map(([name]) => name).join(', ')}) = (${now})
    from unnest(moved) d (id) cross join ${found(thread, 't', 't.id = d.id')}
    where f.thread_id = t.id and f.type in ('FIRST_RESPONSE', 'NEXT_RESPONSE');
  end if;
${status(thread)}
  if counted is not null then
${responses(thread)}
  end if;
  if rated is not null then
${ratings(thread)}
  end if;
end $body$`
}

/** In so many parts the threads of an integration are locked: a lock for each could be more than the server has room for. */
const LOCKS = 64

/**
 * Derives the facts of threads of an integration: those that are named (`kind`, `id`, `since` when from some time on
 * replies changed, `rated` when ratings did), and those that were noted in the transaction.
 *
 * Threads are locked until the transaction ends, so that of two who store something of one thread at once the later
 * sees what the earlier stored. They are locked after all else, in one order: nobody who holds these waits for rows of
 * the mirror.
 *
 * Plans are kept while tables grow from nothing, so that they must be good whatever the tables hold: from row to row, by
 * the index of the thread. The condition of row-level security would offer another index, that of the workspace; so it
 * runs as the owner, and holds to the workspace itself.
 */
const DERIVE = `
create function derive_facts(of_integration uuid, touched jsonb) returns void language plpgsql security definer
set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off
set enable_bitmapscan = off set enable_material = off set jit = off set search_path = pg_catalog, %I, pg_temp
as $body$
begin
  touched := touched || coalesce(nullif(current_setting('app.recount', true), ''), '[]')::jsonb;
  perform pg_advisory_xact_lock(hashtext(of_integration::text), lock.n) from (
    select distinct get_byte(uuid_send(d.id), 0) % ${LOCKS} as n from jsonb_to_recordset(touched) as d (id uuid) order by 1
  ) lock;
${Object.keys(CLOSED)
  .map(
    (thread) => `
  perform derive_${thread}_facts(d.ids, d.since, d.rated) from (
    select array_agg(each.id) as ids, array_agg(each.since) as since, array_agg(each.rated) as rated from (
      select t.id, min(t.since) as since, coalesce(bool_or(t.rated), false) as rated
      from jsonb_to_recordset(touched) as t (kind text, id uuid, since timestamptz, rated boolean)
      where t.kind = '${thread}' group by t.id order by t.id
    ) each
  ) d where d.ids is not null;`,
  )
  .join('')}
end $body$`

/** The functions that derive facts. The application may call the one that holds to the workspace. */
export const deriveFacts = (): readonly string[] => [
  ...Object.keys(CLOSED).flatMap((thread) => [
    deriveThread(thread),
    `revoke all on function derive_${thread}_facts(uuid[], timestamptz[], boolean[]) from public`,
  ]),
  `do $do$ begin execute format($format$${DERIVE.replace(/%(?!I)/g, '%%')}$format$, current_schema()); end $do$`,
  'revoke all on function derive_facts(uuid, jsonb) from public',
  'grant execute on function derive_facts(uuid, jsonb) to switchboard_app',
]
