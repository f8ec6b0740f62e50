/** The words by which a thread of each kind is closed. */
export const CLOSED: Readonly<Record<string, string>> = {
  conversation: `('CLOSED')`,
  ticket: `('SOLVED', 'CLOSED')`,
}

/** What of a thread of a kind says when it was closed and opened again; conversations say neither. */
const told = (thread: string, alias: string): { readonly solvedAt: string; readonly reopenedAt: string } =>
  thread === 'ticket'
    ? { solvedAt: `${alias}.solved_at`, reopenedAt: `${alias}.reopened_at` }
    : { solvedAt: 'null::timestamptz', reopenedAt: 'null::timestamptz' }

/** When a thread that stands in the row `alias` was closed, as far as it says. */
const closedAt = (thread: string, alias: string): string =>
  `coalesce(${told(thread, alias).solvedAt}, ${alias}.updated_at, ${alias}.created_at)`

/** What is seen of a thread that is seen for the first time. */
const firstSight = (thread: string, alias: string): string => {
  const { reopenedAt } = told(thread, alias)
  return `(0, ${reopenedAt}, 'CLOSED', 'OPEN', ${reopenedAt} is not null),
      (1, ${closedAt(thread, alias)}, case when ${reopenedAt} is not null then 'OPEN' end, ${alias}.status,
        ${alias}.status in ${CLOSED[thread]})`
}

const SEEN = `insert into status_change (workspace_id, integration_id, thread_id, at, from_status, to_status)
  select t.workspace_id, t.integration_id, t.id, c.at, c.from_status, c.to_status`
const ONCE = `t.deleted_at is null and c.happened and c.at is not null order by t.id, c.turn on conflict do nothing;`

const inserted = (thread: string): string => `
  ${SEEN}
  from stands t cross join lateral (values ${firstSight(thread, 't')}) as c (turn, at, from_status, to_status, happened)
  where ${ONCE}`

/**
 * A thread that was stored before changes were seen, or that said no time then, is seen for the first time as it stood
 * before. A thread that comes back from a deletion is compared with what was last known of it.
 */
const updated = (thread: string): string => {
  const { reopenedAt } = told(thread, 't')
  const before = told(thread, 'o').reopenedAt
  const isClosed = (alias: string): string => `coalesce(${alias}.status in ${CLOSED[thread]}, false)`
  return `
  ${SEEN}
  from was o join stands t on t.id = o.id
  left join lateral (select true as any from status_change s where s.thread_id = t.id limit 1) seen on true
  left join lateral (
    select true as said from status_change s
    where s.thread_id = t.id and s.at = ${reopenedAt} and s.to_status = 'OPEN' limit 1
  ) before on true
  cross join lateral (select ${isClosed('o')} as before, ${isClosed('t')} as now,
    coalesce(${reopenedAt} <> ${before}, ${reopenedAt} is not null) and before.said is null as reopened) is_closed
  cross join lateral (
    select f.turn, f.at, f.from_status, f.to_status, f.happened
    from (values ${firstSight(thread, 'o')}) as f (turn, at, from_status, to_status, happened)
    where seen.any is null
    union all
    values
      (2, ${reopenedAt}, 'CLOSED', 'OPEN', is_closed.reopened),
      (3, coalesce(t.updated_at, t.created_at), o.status, t.status,
        is_closed.before and not is_closed.now and not is_closed.reopened),
      (4, ${closedAt(thread, 't')}, case when is_closed.reopened then 'OPEN' else o.status end, t.status,
        is_closed.now and (is_closed.reopened or not is_closed.before))
  ) as c (turn, at, from_status, to_status, happened)
  where (is_closed.before or is_closed.now or ${reopenedAt} is distinct from ${before}) and ${ONCE}`
}

const trigger = (name: string, on: string, tables: string, body: string): string => `
create function ${name}() returns trigger language plpgsql set enable_seqscan = off set jit = off as $body$ begin${body}
  return null;
end $body$;
create trigger ${name} after ${on} referencing ${tables} for each statement execute function ${name}()`

/** Sees threads for the first time that were stored before changes were seen. */
export const seeOnce = (): readonly string[] =>
  Object.keys(CLOSED).map(
    (thread) => `
create function see_${thread}(of_id uuid) returns void language sql
begin atomic
  ${SEEN}
  from "${thread}" t cross join lateral (values ${firstSight(thread, 't')}) as c (turn, at, from_status, to_status, happened)
  where t.id = of_id and not exists (select from status_change s where s.thread_id = of_id) and ${ONCE}
end`,
  )

/** Sees how threads change, in the statement that stores them: an upsert cannot answer what it found. */
export const seeStatus = (): readonly string[] =>
  Object.keys(CLOSED).flatMap((thread) => [
    trigger(`${thread}_status_first_seen`, `insert on "${thread}"`, 'new table as stands', inserted(thread)),
    trigger(`${thread}_status_seen`, `update on "${thread}"`, 'old table as was new table as stands', updated(thread)),
  ])

/** Whether a message of the row `alias` is one by which facts are reckoned. */
const counts = (alias: string): string => `${alias}.deleted_at is null and ${alias}.created_at is not null
      and (${alias}.status_to is not null or ${alias}.type = 'REPLY' and ${alias}.author_type in ('CONTACT', 'AGENT'))`

const COUNTED = ['conversation_id', 'ticket_id', 'created_at', 'type', 'author_type', 'agent_id', 'status_to']
const RATED = ['deleted_at', 'conversation_id', 'ticket_id', 'created_at', 'updated_at', 'score', 'agent_id']
const of = (alias: string, columns: readonly string[]): string =>
  columns.map((column) => `${alias}.${column}`).join(', ')

/** Adds threads to the setting in which those of the transaction stand whose facts are to be reckoned again. */
const note = (threads: string): string => `
  perform set_config('app.recount',
    (coalesce(nullif(current_setting('app.recount', true), ''), '[]')::jsonb || found.threads)::text, true)
  from (select jsonb_agg(to_jsonb(each)) as threads from (${threads}) each) found where found.threads is not null;`

const threadsOf = (alias: string): string =>
  `(values ('conversation', ${alias}.conversation_id), ('ticket', ${alias}.ticket_id)) as thread (kind, id)`

/**
 * Notes, where a stored message, rating or ticket becomes another, which threads it counted in before and counts in
 * now. What is stored for the first time is not noted: whoever stores it knows.
 */
export const noteRecount = (): readonly string[] => {
  const both = 'old table as was new table as stands'
  const messages = note(`
    select thread.kind, thread.id, min(case when side.type = 'REPLY' then side.created_at end) as since
    from was o join stands n on n.id = o.id
    cross join lateral (
      values (o.conversation_id, o.ticket_id, o.created_at, o.type, ${counts('o')}),
        (n.conversation_id, n.ticket_id, n.created_at, n.type, ${counts('n')})
    ) as side (conversation_id, ticket_id, created_at, type, counts)
    cross join lateral ${threadsOf('side')}
    where side.counts and thread.id is not null
      and (${counts('o')}, ${of('o', COUNTED)}) is distinct from (${counts('n')}, ${of('n', COUNTED)})
    group by thread.kind, thread.id`)
  const ratings = note(`
    select distinct thread.kind, thread.id, true as rated
    from was o join stands n on n.id = o.id
    cross join lateral (values (o.conversation_id, o.ticket_id), (n.conversation_id, n.ticket_id)) as side (conversation_id, ticket_id)
    cross join lateral ${threadsOf('side')}
    where thread.id is not null and (${of('o', RATED)}) is distinct from (${of('n', RATED)})`)
  const tickets = note(`
    select 'ticket' as kind, n.id, '-infinity'::timestamptz as since
    from was o join stands n on n.id = o.id where (o.conversation_id is null) <> (n.conversation_id is null)`)
  return [
    trigger('message_recount', 'update on message', both, messages),
    trigger('rating_recount', 'update on rating', both, ratings),
    trigger('ticket_recount', 'update on ticket', both, tickets),
  ]
}
