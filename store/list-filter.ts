import type { Kind } from './kinds.ts'
import { TABLES } from './tables.ts'
import { timeKey } from './time-key.ts'
import { toTerms, toTsquery } from './words.ts'
import type { Bind } from './parameters.ts'

/** What a list is narrowed to; conditions are joined by *and*, the values of one by *or*. */
export interface Filter {
  readonly ids?: readonly string[]
  readonly providers?: readonly string[]
  readonly integrationIds?: readonly string[]
  readonly status?: readonly string[]
  readonly priority?: readonly string[]
  readonly channel?: readonly string[]
  readonly role?: readonly string[]
  readonly type?: readonly string[]
  readonly authorType?: readonly string[]
  /** Null finds what is given to nobody. */
  readonly assigneeId?: string | null
  readonly teamId?: string | null
  readonly conversationId?: string
  readonly ticketId?: string
  /** Of conversations and tickets: among the contacts. */
  readonly contactId?: string
  /** Of contacts, conversations and tickets: of any contact of the customer that this contact is of. */
  readonly customerId?: string
  /** Of conversations and tickets that name no company: that of their contacts. */
  readonly companyId?: string
  readonly agentId?: string
  readonly tagIds?: readonly string[]
  /** Names in any case, of the tags of every account. */
  readonly tag?: readonly string[]
  readonly escalated?: boolean
  readonly available?: boolean
  /** Whole address, in any case. */
  readonly email?: string
  /** Words, each as the beginning of one; those of messages find their conversation or ticket. */
  readonly query?: string
  readonly createdAfter?: Date
  readonly createdBefore?: Date
  readonly updatedAfter?: Date
  readonly updatedBefore?: Date
  readonly dueAfter?: Date
  readonly dueBefore?: Date
  readonly firstReplyDueAfter?: Date
  readonly firstReplyDueBefore?: Date
  readonly solvedAfter?: Date
  readonly solvedBefore?: Date
}

/** References by which lists are asked for many rows at once, such as the messages of each conversation of a page. */
export const RELATIONS = [
  'conversationId',
  'ticketId',
  'contactId',
  'customerId',
  'companyId',
  'assigneeId',
  'teamId',
  'agentId',
] as const
export type Relation = (typeof RELATIONS)[number]

/** Many lists that differ only in which row they belong to; null for one list that belongs to none. */
export interface Owners {
  readonly relation: Relation
  readonly ids: readonly string[]
}

const ONE_OF: ReadonlyMap<string, string> = new Map([
  ['status', 'status'],
  ['priority', 'priority'],
  ['channel', 'channel'],
  ['role', 'role'],
  ['type', 'type'],
  ['authorType', 'author_type'],
])

const FLAGS: ReadonlySet<string> = new Set(['escalated', 'available'])

/** The times that ranges are of. `After` is from that time on. */
const TIMES: ReadonlyMap<string, string> = new Map([
  ['created', 'created_at'],
  ['updated', 'updated_at'],
  ['due', 'due_at'],
  ['firstReplyDue', 'first_reply_due_at'],
  ['solved', 'solved_at'],
])
const RANGE = /^(?<time>[a-zA-Z]+)(?<side>After|Before)$/

/** Newest matches that a filter by words considers. */
const MOST_MATCHES = 5_000

/** How long a list can be at most that is filtered by words. */
export const mostFound = (kind: Kind): number =>
  kind === 'conversation' || kind === 'ticket' ? 2 * MOST_MATCHES : MOST_MATCHES

/**
 * The conditions of a filter over the table `t`.
 *
 * @throws TypeError the kind has no such field
 */
export function toConditions(kind: Kind, filter: Filter, bind: Bind): readonly string[] {
  return Object.entries(filter).flatMap(([name, value]: [string, unknown]) =>
    value === undefined ? [] : [toCondition(kind, name, value, bind)],
  )
}

/**
 * The same conditions without the functions by which indexes are reached under row-level security, of which the planner
 * knows nothing: for its estimates, and not to read by. What takes another table is left out, or told roughly.
 *
 * @throws TypeError the kind has no such field
 */
export function toConditionsAtOnce(kind: Kind, filter: Filter, bind: Bind): readonly string[] {
  return Object.entries(filter).flatMap(([name, value]: [string, unknown]) => {
    if (value === undefined) return []
    const relation = RELATIONS.find((each) => each === name)
    if (relation !== undefined && value !== null) return [isRelatedAtOnce(kind, relation, `${bind(value)}::uuid`)]
    const { time = '', side } = RANGE.exec(name)?.groups ?? {}
    const timed = TIMES.get(time)
    if (timed !== undefined) return [`t.${timed} ${side === 'After' ? '>=' : '<'} ${bind(value)}::timestamptz`]
    if (name === 'tagIds') return [`t.tag_ids && ${bind(value)}::uuid[]`]
    const isSearched = name === 'query' && typeof value === 'string' && TABLES[kind].searched.length > 0
    const terms = isSearched ? toTerms(value) : []
    if (terms.length > 0) return [`t.search @@ ${bind(toTsquery(terms))}::tsquery`]
    return [toCondition(kind, name, value, bind)]
  })
}

/** The condition of `isRelated`, for the planner's estimates. */
export function isRelatedAtOnce(kind: Kind, relation: Relation, owner: string): string {
  const { columns } = TABLES[kind]
  const list = relation.replace('Id', '_ids')
  return columns.some(({ column }) => column === list)
    ? `t.${list} && array[${owner}]`
    : isRelated(kind, relation, owner)
}

function toCondition(kind: Kind, name: string, value: unknown, bind: Bind): string {
  if (name === 'ids') return `t.id = any (${bind(value)}::uuid[])`
  if (name === 'providers') return `t.provider = any (${bind(value)}::text[])`
  if (name === 'integrationIds') return `t.integration_id = any (${bind(value)}::uuid[])`
  const column = ONE_OF.get(name)
  if (column !== undefined) return `t.${requireColumn(kind, column)} = any (${bind(asStored(value))}::text[])`
  if (FLAGS.has(name)) return `t.${requireColumn(kind, name)} = ${bind(value)}::boolean`
  const { time = '', side } = RANGE.exec(name)?.groups ?? {}
  const timed = TIMES.get(time)
  if (timed !== undefined) return inRange(requireColumn(kind, timed), side === 'After', `${bind(value)}::timestamptz`)
  if (name === 'tagIds') return hasTag(kind, `${bind(value)}::uuid[]`)
  if (name === 'tag') return hasTag(kind, tagsNamed(`${bind(asStored(value))}::text[]`))
  if (name === 'email')
    return `t.${requireColumn(kind, 'email')}_key = left(lower(${bind(asStored(value))}::text), 320)`
  if (name === 'query') return matches(kind, String(value), bind)
  const relation = RELATIONS.find((each) => each === name)
  if (relation === undefined) throw new TypeError(`${kind}: cannot be filtered by "${name}"`)
  if (value === null) return `t.${columnOf(relation)} is null`
  return isRelated(kind, relation, `${bind(value)}::uuid`)
}

/** Words as they would be stored: a NUL, which PostgreSQL cannot hold, as U+FFFD (`store/apply-record.ts`). */
export function asStored(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asStored)
  return typeof value === 'string' ? value.replaceAll('\0', '\ufffd') : value
}

/** Times that are looked up as they are sorted, and where in the order a row without one stands. */
const KEYED: ReadonlyMap<string, '-infinity' | 'infinity'> = new Map([
  ['created_at', '-infinity'],
  ['updated_at', '-infinity'],
  ['due_at', 'infinity'],
])

/** The condition that a time is in a range; a row without one is in none. */
function inRange(column: string, after: boolean, time: string): string {
  const none = KEYED.get(column)
  const compared = none === undefined ? `t.${column}` : timeKey(column, none)
  return `(t.${column} is not null and ${compared} ${after ? '>=' : '<'} ${time})`
}

function hasTag(kind: Kind, tagIds: string): string {
  requireColumn(kind, 'tag_ids')
  return `t.id in (select ${kind}_of_tag(${tagIds}))`
}

/** The ids of all tags of these names. They are an array that is made once, so that the index of names is used. */
export const tagsNamed = (names: string): string =>
  `array(select g.id from tag g where g.deleted_at is null
    and g.name_key = any (array(select left(lower(name), 200) from unnest(${names}) as n (name))))`

/** The condition that a row of `t` belongs to the row whose id the SQL `owner` gives. */
export function isRelated(kind: Kind, relation: Relation, owner: string): string {
  const column = columnOf(relation)
  const work = kind === 'conversation' || kind === 'ticket'
  if (relation === 'contactId' && work) return `t.id in (select ${kind}_of_contact(array[${owner}]))`
  if (relation === 'customerId' && kind === 'contact') return `t.id in (${contactsOfCustomer(owner)})`
  if (relation === 'customerId' && work)
    return `t.id in (select ${kind}_of_contact(array(${contactsOfCustomer(owner)})))`
  if (relation === 'companyId' && kind === 'contact') return `t.id in (select contact_of_company(array[${owner}]))`
  if (relation === 'companyId' && work) {
    return `t.id in (
      select w.id from "${kind}" w where w.company_id = ${owner} and w.deleted_at is null
      union select w.id from "${kind}" w where w.company_id is null
        and w.id in (select ${kind}_of_contact(array(select contact_of_company(array[${owner}])))))`
  }
  // Agents are few, so that their teams need no index.
  if (relation === 'teamId' && kind === 'agent') return `${owner} = any (t.team_ids)`
  return `t.${requireColumn(kind, column)} = ${owner}`
}

/** The ids of a customer's contacts; it is named by any of them. */
const contactsOfCustomer = (owner: string): string =>
  `select i.contact_id from identity i
   where i.customer_id = (select own.customer_id from identity own where own.contact_id = ${owner})`

const columnOf = (relation: Relation): string => relation.replace('Id', '_id')

function requireColumn(kind: Kind, column: string): string {
  if (TABLES[kind].columns.some((each) => each.column === column)) return column
  throw new TypeError(`${kind}: cannot be filtered by "${column}"`)
}

function matches(kind: Kind, query: string, bind: Bind): string {
  const terms = toTerms(query)
  if (terms.length === 0) return 'false'
  if (TABLES[kind].searched.length === 0) {
    const names = kind === 'agent' ? `t.name_key || ' ' || coalesce(t.email_key, '')` : 't.name_key'
    return terms.map((term) => `strpos(${names}, ${bind(term)}::text) > 0`).join(' and ')
  }
  const words = `${bind(toTsquery(terms))}::tsquery, null, ${MOST_MATCHES}`
  if (kind !== 'conversation' && kind !== 'ticket') return `t.id in (select id from ${kind}_matching(${words}))`
  return `t.id in (
    select id from ${kind}_matching(${words})
    union select m.${kind}_id from message m where m.id in (select id from message_matching(${words})))`
}
