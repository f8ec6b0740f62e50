import { asStored, isRelated, tagsNamed } from '../list-filter.ts'
import type { FactFilter, Grouping, GroupKey, Slice } from './ask.ts'
import { AGES, metricOf } from './dictionary.ts'
import type { WorkingTime } from './working-time.ts'
import type { Bind } from '../parameters.ts'

/** SQL over the table `fact f`. */

const DAY_SECONDS = 86_400

/** The conditions that a number counts a fact; `end` is that of the range. */
export function conditionsOf({ metric, range, filter, group }: Slice, end: string, bind: Bind): readonly string[] {
  const { fact, counted } = metricOf(metric)
  const within =
    counted === 'within'
      ? [`f.at >= ${bind(range.from)}::timestamptz`, `f.at < ${end}`]
      : [`f.since <= ${end}`, `f.at > ${end}`]
  return [
    `f.type = ${bind(fact)}`,
    ...within,
    ...filterConditions(filter, bind),
    ...(group === null ? [] : [isInGroup(group, end, bind)]),
  ]
}

/** The conditions of a filter. */
export function filterConditions(filter: FactFilter, bind: Bind): readonly string[] {
  const { contactId, companyId, tag, tagIds } = filter
  return [
    ...isOneOf('f.provider', 'text', filter.providers, bind),
    ...isOneOf('f.integration_id', 'uuid', filter.integrationIds, bind),
    ...isOneOf('f.team_id', 'uuid', filter.teamIds, bind),
    ...isOneOf('f.agent_id', 'uuid', filter.agentIds, bind),
    ...isOneOf('f.channel', 'text', filter.channels, bind),
    ...isOneOf('f.thread_kind', 'text', filter.threads, bind),
    ...(tagIds === undefined ? [] : [`f.tag_ids && ${bind(tagIds)}::uuid[]`]),
    ...(tag === undefined ? [] : [`f.tag_ids && ${tagsNamed(`${bind(asStored(tag))}::text[]`)}`]),
    ...(contactId === undefined ? [] : [isOfThreads('contactId', `${bind(contactId)}::uuid`)]),
    ...(companyId === undefined ? [] : [isOfThreads('companyId', `${bind(companyId)}::uuid`)]),
  ]
}

const isOneOf = (column: string, type: string, values: readonly string[] | undefined, bind: Bind): readonly string[] =>
  values === undefined ? [] : [`${column} = any (${bind(values)}::${type}[])`]

/** As the lists of conversations and tickets have it. */
function isOfThreads(relation: 'contactId' | 'companyId', owner: string): string {
  const of = (kind: 'conversation' | 'ticket'): string =>
    `select t.id from "${kind}" t where ${isRelated(kind, relation, owner)}`
  return `f.thread_id in (${of('conversation')} union all ${of('ticket')})`
}

const KEYS: Readonly<Record<Exclude<Grouping, 'TAG' | 'AGE'>, string>> = {
  TEAM: 'f.team_id',
  AGENT: 'f.agent_id',
  CHANNEL: 'f.channel',
  PROVIDER: 'f.provider',
  INTEGRATION: 'f.integration_id',
  THREAD: 'f.thread_kind',
}

/** What joins the tags of facts, each with its fact; a fact without any stays. */
export const TAGS_JOINED = 'left join lateral unnest(f.tag_ids) as g (tag_id) on true'

/** The key of the group in which a fact is; of tags, over {@link TAGS_JOINED}. */
export function keyOf(by: Grouping, end: string): string {
  if (by === 'TAG') return 'g.tag_id'
  if (by === 'AGE') return bracketOf(end)
  return KEYS[by]
}

const bracketOf = (end: string): string => {
  const bounds = AGES.map(({ fromDays }) => fromDays * DAY_SECONDS).join(', ')
  return `width_bucket(${calendarSeconds('f.opened_at', end)}, array[${bounds}]::float8[])`
}

function isInGroup({ by, key }: GroupKey, end: string, bind: Bind): string {
  if (by === 'TAG') return key === null ? `f.tag_ids = '{}'` : `${bind(key)}::uuid = any (f.tag_ids)`
  if (by === 'AGE') return `${bracketOf(end)} = ${bind(AGES.findIndex((age) => age.key === key) + 1)}::int`
  if (key === null) return `${KEYS[by]} is null`
  return `${KEYS[by]} = ${bind(key)}::${KEYS[by].endsWith('_id') ? 'uuid' : 'text'}`
}

/** What a fact is counted with; `end` is that of the range. */
export function valueOf({ metric, working }: Pick<Slice, 'metric' | 'working'>, end: string, bind: Bind): string {
  const { value } = metricOf(metric)
  if (value === 'none') return 'null::float8'
  if (value === 'score') return 'f.score'
  const [from, to] = value === 'wait' ? ['f.since', 'f.at'] : ['f.opened_at', end]
  return working === null ? calendarSeconds(from, to) : workingSeconds(working, bind)(from, to)
}

const calendarSeconds = (from: string, to: string): string => `date_part('epoch', ${to} - ${from})`

/** Looks up how much working time lies before each of two times. */
function workingSeconds({ starts, lengths, before }: WorkingTime, bind: Bind): (from: string, to: string) => string {
  const [begins, sizes, sums] = [starts, lengths, before].map((each) => `(${bind(each)}::float8[])`)
  const upTo = (time: string): string => {
    const at = `date_part('epoch', ${time})`
    const span = `[width_bucket(${at}, ${begins})]`
    return `(${sums}${span} + least(${at} - ${begins}${span}, ${sizes}${span}))`
  }
  return (from, to) => `(${upTo(to)} - ${upTo(from)})`
}
