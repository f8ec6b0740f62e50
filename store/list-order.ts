import type { Kind } from './kinds.ts'
import { timeKey } from './time-key.ts'

/** What a list is sorted by. */
export interface OrderBy {
  /**
   * `createdAt`, `updatedAt`; where the kind has it, `name`, `lastSeenAt`, `waitingSince`, `dueAt`, and `priority`, of
   * which the most pressing is the greatest, and of one priority what changed last.
   */
  readonly field: string
  readonly direction: 'ASC' | 'DESC'
}

/** One key of an order: SQL over the table `t`, and how its values travel in a cursor. */
export interface OrderKey {
  readonly sql: string
  readonly type: 'time' | 'text' | 'bigint' | 'number' | 'uuid'
}

/** A total order of the rows of a kind: keys, of which the last is the id, all in one direction. */
export interface Order {
  /** Names the order. A cursor holds it, and is good for no other. */
  readonly tag: string
  readonly keys: readonly OrderKey[]
  readonly descending: boolean
}

const NEWEST_CHANGE = { field: 'updatedAt', direction: 'DESC' } as const
const NEWEST = { field: 'createdAt', direction: 'DESC' } as const
const OLDEST = { field: 'createdAt', direction: 'ASC' } as const
const BY_NAME = { field: 'name', direction: 'ASC' } as const

const DEFAULTS: { readonly [K in Kind]: OrderBy } = {
  agent: BY_NAME,
  team: BY_NAME,
  tag: BY_NAME,
  company: NEWEST,
  contact: NEWEST,
  conversation: NEWEST_CHANGE,
  ticket: NEWEST_CHANGE,
  message: OLDEST,
  rating: OLDEST,
  definition: BY_NAME,
  timeEntry: OLDEST,
}

const NAMED: ReadonlySet<Kind> = new Set(['agent', 'team', 'tag', 'company', 'contact', 'definition'])

/** Times that many rows lack; those rows come last in either direction. */
const SPARSE: ReadonlyMap<string, { readonly kind: Kind; readonly column: string }> = new Map([
  ['lastSeenAt', { kind: 'contact', column: 'last_seen_at' }],
  ['waitingSince', { kind: 'conversation', column: 'waiting_since' }],
  ['dueAt', { kind: 'ticket', column: 'due_at' }],
])

/**
 * The order of a list; without one, by name for what is a name, the newest first for the rest, and messages and
 * ratings oldest first. A row without a creation or change date counts as oldest.
 *
 * @throws TypeError the kind cannot be sorted so
 */
export function toOrder(kind: Kind, orderBy: OrderBy = DEFAULTS[kind]): Order {
  const { field, direction } = orderBy
  const descending = direction === 'DESC'
  return {
    tag: `${kind}.${field}.${direction}`,
    keys: [...keysOf(kind, field, descending), { sql: 't.id', type: 'uuid' }],
    descending,
  }
}

const UPDATED: OrderKey = { sql: timeKey('updated_at', '-infinity'), type: 'time' }

function keysOf(kind: Kind, field: string, descending: boolean): readonly OrderKey[] {
  if (field === 'createdAt') {
    const created: OrderKey = { sql: timeKey('created_at', '-infinity'), type: 'time' }
    return kind === 'message' ? [created, { sql: 't.sequence', type: 'bigint' }] : [created]
  }
  if (field === 'updatedAt') return [UPDATED]
  if (field === 'priority' && (kind === 'conversation' || kind === 'ticket')) {
    return [{ sql: 't.priority_rank', type: 'bigint' }, UPDATED]
  }
  if (field === 'name' && NAMED.has(kind)) return [{ sql: 't.name_key', type: 'text' }]
  const sparse = SPARSE.get(field)
  if (sparse?.kind !== kind) throw new TypeError(`${kind}: cannot be sorted by "${field}"`)
  return [{ sql: timeKey(sparse.column, descending ? '-infinity' : 'infinity'), type: 'time' }]
}
