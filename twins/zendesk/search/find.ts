import { plainText } from '../../plain-value.ts'
import { seenBySearch } from '../../index-lag.ts'
import type { IndexedRow } from '../../index-lag.ts'
import type { Group, Organization, Ticket, User } from '../records.ts'
import type { World } from '../world.ts'
import { matches } from './match.ts'
import type { Query } from './query.ts'
import { groupRow, organizationRow, ticketRow, userRow } from './rows.ts'

/** Something found, with what it was found by: that may be older than the record. */
export type Found = { readonly row: IndexedRow } & (
  | { readonly kind: 'ticket'; readonly record: Ticket }
  | { readonly kind: 'user'; readonly record: User }
  | { readonly kind: 'organization'; readonly record: Organization }
  | { readonly kind: 'group'; readonly record: Group }
)

/** Everything a query finds, in its order: the newest update first unless it says something else. */
export function findAll(world: World, query: Query): Found[] {
  const found = [...candidates(world, query)].filter(({ row }) => matches(query, row, world.clock.now()))
  const by = query.sortBy ?? 'updated_at'
  const key = by.replace(/_at$/, '')
  const sign = (query.sortOrder ?? 'desc') === 'asc' ? 1 : -1
  const valueOf = ({ row }: Found): string => orderable(key, row[key])
  return found.toSorted(
    (left, right) => sign * valueOf(left).localeCompare(valueOf(right)) || left.record.id - right.record.id,
  )
}

function* candidates(world: World, query: Query): Generator<Found> {
  const wants = (kind: string): boolean => query.kinds.length === 0 || query.kinds.includes(kind)
  const seen = (key: string, row: IndexedRow): IndexedRow | null => seenBySearch(world, key, row)
  if (wants('ticket')) {
    for (const record of world.tickets.values()) {
      const row = seen(`ticket ${record.id}`, ticketRow(world, record))
      // What was deleted since is found no more; what changed since is found by what it was.
      if (row && !record.deleted) yield { kind: 'ticket', record, row }
    }
  }
  if (wants('user')) {
    for (const record of world.users.values()) {
      const row = seen(`user ${record.id}`, userRow(world, record))
      if (row && record.active) yield { kind: 'user', record, row }
    }
  }
  if (wants('organization')) {
    for (const record of world.organizations.values()) {
      const row = seen(`organization ${record.id}`, organizationRow(record))
      if (row && record.deleted_at === null) yield { kind: 'organization', record, row }
    }
  }
  if (!wants('group')) return
  for (const record of world.groups.values()) yield { kind: 'group', record, row: groupRow(record) }
}

const places: Readonly<Record<string, readonly string[]>> = {
  priority: ['low', 'normal', 'high', 'urgent'],
  status: ['new', 'open', 'pending', 'hold', 'solved', 'closed'],
}

function orderable(key: string, value: unknown): string {
  const rank = places[key]?.indexOf(plainText(value))
  return rank === undefined ? plainText(value) : String(rank + 1)
}
