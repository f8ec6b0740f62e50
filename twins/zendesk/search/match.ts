import { plainText } from '../../plain-value.ts'
import type { IndexedRow } from '../../index-lag.ts'
import { iso } from '../../iso.ts'
import { priorities, statuses } from '../account.ts'
import type { Operator, Query, Term } from './query.ts'

/** Orders that words stand in, so that they can be compared. */
const ranks: Readonly<Record<string, readonly string[]>> = { status: statuses, priority: priorities }

/** Names a query may use for the same. */
const synonyms: Readonly<Record<string, string>> = {
  tag: 'tags',
  created_at: 'created',
  updated_at: 'updated',
  solved_at: 'solved',
  organization_id: 'organization',
  group_id: 'group',
  assignee_id: 'assignee',
  requester_id: 'requester',
  brand_id: 'brand',
  due_at: 'due_date',
}

const dates = new Set(['created', 'updated', 'solved', 'due_date'])

/**
 * Whether a record is found. Values of one field are alternatives, as are kinds; everything else must all hold.
 *
 * @param now what `updated>4hours` counts back from
 */
export function matches(query: Query, row: IndexedRow, now: Date): boolean {
  if (row['hidden'] === true) return false
  if (query.kinds.length > 0 && !query.kinds.includes(String(row['kind']))) return false
  const groups = Map.groupBy(query.terms, (term) =>
    term.field === null || term.operator !== ':' || term.isNegative ? term : term.field,
  )
  return [...groups.values()].every((terms) => terms.some((term) => holds(term, row, now) !== term.isNegative))
}

function holds(term: Term, row: IndexedRow, now: Date): boolean {
  if (term.field === null) return textHas(plainText(row['text']), term.value)
  const field = synonyms[term.field] ?? term.field
  if (!(field in row)) return false
  const value = row[field]
  if (term.value.toLowerCase() === 'none')
    return value === null || value === '' || (Array.isArray(value) && value.length === 0)
  if (dates.has(field)) return typeof value === 'string' && dateHolds(term, value, now)
  const list: unknown[] = Array.isArray(value) ? value : [value]
  return list.some((one) => one !== null && one !== undefined && compares(field, term, plainText(one)))
}

function compares(field: string, { operator, value }: Term, actual: string): boolean {
  if (operator === ':') {
    if (field === 'subject' || field === 'description' || field === 'notes' || field === 'details') {
      return textHas(actual.toLowerCase(), value)
    }
    return wildcard(value).test(actual)
  }
  const rank = ranks[field]
  const [left, right] = rank
    ? [rank.indexOf(actual), rank.indexOf(value.toLowerCase())]
    : [Number(actual), Number(value)]
  return right >= 0 && ordered(operator, left - right)
}

/** Dates with a day only mean the whole day; `4hours` means that long ago. */
function dateHolds({ operator, value }: Term, actual: string, now: Date): boolean {
  const [, amount, unit] = /^(\d+)(minutes?|hours?|days?|weeks?|months?|years?)$/.exec(value) ?? []
  if (amount !== undefined && unit !== undefined) {
    const ms = Number(amount) * (unitMs[unit.replace(/s$/, '')] ?? 0)
    return ordered(operator, actual.localeCompare(iso(new Date(now.getTime() - ms))))
  }
  const at = new Date(value)
  if (Number.isNaN(at.getTime())) return false
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(value)
  return ordered(operator, isDay ? actual.slice(0, 10).localeCompare(value) : actual.localeCompare(iso(at)))
}

const unitMs: Readonly<Record<string, number>> = {
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  week: 604_800_000,
  month: 2_592_000_000,
  year: 31_536_000_000,
}

function ordered(operator: Operator, difference: number): boolean {
  switch (operator) {
    case ':':
      return difference === 0
    case '<':
      return difference < 0
    case '>':
      return difference > 0
    case '<=':
      return difference <= 0
    case '>=':
      return difference >= 0
  }
}

/** Words are found whole, or by how they begin where a star says so; what is quoted is found as it stands. */
function textHas(text: string, value: string): boolean {
  const wanted = value.toLowerCase()
  if (/\s/.test(wanted)) return text.includes(wanted)
  const pattern = wildcard(wanted)
  return text
    .split(/[^\p{L}\p{N}@._#-]+/u)
    .some((word) => pattern.test(word.replaceAll(/^[.#-]+|[.-]+$/g, '')) || pattern.test(word))
}

function wildcard(value: string): RegExp {
  const escaped = value.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`).replaceAll('*', '.*')
  return new RegExp(`^${escaped}$`, 'iu')
}
