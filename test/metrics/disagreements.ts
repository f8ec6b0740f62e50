import type { Queryable } from '../../store/database.ts'

const COLUMNS = [
  'thread_kind',
  'provider',
  'since',
  'opened_at',
  'score',
  'agent_id',
  'team_id',
  'contact_id',
  'channel',
]
const sorted = (of: string): string => `array(select unnest(${of}.tag_ids) order by 1)`

/** Where the facts that the product derived are not those that the checker derives, told so that a person finds the thread. */
export async function disagreements(database: Queryable): Promise<readonly string[]> {
  const differing = COLUMNS.map(
    (name) => `case when p.${name} is distinct from c.${name}
    then format('${name} is %s, not %s', coalesce(p.${name}::text, 'null'), coalesce(c.${name}::text, 'null')) end`,
  )
  const rows = await database.query<{ told: string }>(`
    with product as (
      select *, row_number() over (partition by thread_id, type, at, record_id order by since) as nth from fact
    ), checker as (
      select *, row_number() over (partition by thread_id, type, at, record_id order by since) as nth from checker.fact
    ), named as (select id, remote_id from conversation union all select id, remote_id from ticket)
    select concat_ws(' ', coalesce(p.provider, c.provider), coalesce(p.thread_kind, c.thread_kind), n.remote_id,
      coalesce(p.type, c.type), 'at', coalesce(p.at, c.at), 'since', coalesce(p.since, c.since),
      case when p.thread_id is null then 'is missing' when c.thread_id is null then 'is too many' end,
      ${differing.join(',\n')},
      case when p.thread_id = c.thread_id and ${sorted('p')} <> ${sorted('c')} then 'has other tags' end) as told
    from product p
    full join checker c on c.thread_id = p.thread_id and c.type = p.type and c.at = p.at
      and c.record_id is not distinct from p.record_id and c.nth = p.nth
    left join named n on n.id = coalesce(p.thread_id, c.thread_id)
    where p.thread_id is null or c.thread_id is null or ${sorted('p')} <> ${sorted('c')}
      or (${COLUMNS.map((name) => `p.${name}`).join(', ')}) is distinct from (${COLUMNS.map((name) => `c.${name}`).join(', ')})
    order by 1`)
  return rows.map(({ told }) => told)
}
