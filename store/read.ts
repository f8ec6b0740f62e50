import DataLoader from 'dataloader'
import type { Database, Queryable } from './database.ts'
import { type IdentityReader, openIdentityReader } from './identity/reader.ts'
import type { Kind, MessageRow, RatingRow, RowOf } from './kinds.ts'
import { openCounting, type Counting, type CountLimits } from './list-count.ts'
import { type ListQuery, type Page, type PageRequest, readLists } from './list.ts'
import { type Filter, type Relation, RELATIONS } from './list-filter.ts'
import { toRow } from './record-row.ts'
import { readSendsOf } from './sends/of-messages.ts'
import type { Send } from './sends/send.ts'
import { selectList } from './tables.ts'

export type { ListQuery, Page, PageRequest } from './list.ts'
export type { Filter } from './list-filter.ts'

/** What messages and ratings stand in. */
export interface Thread {
  readonly kind: 'conversation' | 'ticket'
  readonly id: string
}

/**
 * Reads the rows of one workspace, for one operation: what is asked for in one turn of the event loop is read
 * together, and what was read is not read again.
 *
 * A failed read rejects for all who asked for it, and is tried again when asked for again.
 */
export interface Reader {
  /**
   * The row; one that was merged into another answers that other. Null when it is not there, is another workspace's,
   * or is deleted: unless `deleted` is set and something is known of it, then its tombstone.
   */
  byId<K extends Kind>(kind: K, id: string, options?: { readonly deleted?: boolean }): Promise<RowOf<K> | null>
  /** Takes rows that were read elsewhere, so that they are not read again. */
  prime<K extends Kind>(kind: K, rows: readonly RowOf<K>[]): void
  /** A page of a thread's messages, oldest first. */
  messagesOf(thread: Thread, page: PageRequest & { readonly filter?: Filter }): Promise<Page<MessageRow>>
  /** The newest reply of a thread, of either side. */
  lastMessageOf(thread: Thread): Promise<MessageRow | null>
  /** The send that made a message, no more than that; null when none did, or it is kept no longer. */
  sendOf(messageId: string): Promise<Send | null>
  /** The newest rating of a thread. */
  ratingOf(thread: Thread): Promise<RatingRow | null>
  /**
   * A page of a list. Lists that differ only in one reference of the filter are read together.
   *
   * @throws BadCursorError
   * @throws TypeError the kind cannot be filtered or sorted so
   */
  list<K extends Kind>(kind: K, query: ListQuery): Promise<Page<RowOf<K>>>
  /** Who contacts are, across tools. */
  readonly identities: IdentityReader
}

/** One row, the last of a list. */
const NEWEST = { last: 1, more: 'unasked' } as const

/** Follows at most so many merges; a record that was merged more often, or in a ring, answers null. */
const MOST_MERGES = 10

/** The loaders of one kind. */
interface Loaders<K extends Kind> {
  readonly rows: DataLoader<string, RowOf<K> | null>
  readonly lists: DataLoader<ListQuery, Page<RowOf<K>>, string>
}
type AllLoaders = { readonly [K in Kind]: Loaders<K> }

/** Opens a reader of a workspace, by default with `COUNT_LIMITS`. Make one for each operation: it remembers what it read. */
export function openReader(database: Database, workspaceId: string, limits?: CountLimits): Reader {
  const queryable = database.workspace(workspaceId)
  const loaders = openLoaders(queryable, openCounting(database, workspaceId, limits))

  const find = async <K extends Kind>(kind: K, id: string, merges: number): Promise<RowOf<K> | null> => {
    const row = await loaders[kind].rows.load(id)
    if (row?.deletedAt == null || row.mergedIntoId === null) return row
    return merges < MOST_MERGES ? find<K>(kind, row.mergedIntoId, merges + 1) : null
  }
  const list = <K extends Kind>(kind: K, query: ListQuery): Promise<Page<RowOf<K>>> => loaders[kind].lists.load(query)
  const ofThread = ({ kind, id }: Thread): Filter =>
    kind === 'conversation' ? { conversationId: id } : { ticketId: id }

  const sends = new DataLoader(async (ids: readonly string[]) => {
    const found = await readSendsOf(queryable, ids)
    return ids.map((id) => found.get(id) ?? null)
  })

  return {
    async byId(kind, id, { deleted = false } = {}) {
      const row = await find(kind, id, 0)
      if (row === null || row.deletedAt === null) return row
      // Of a record that was deleted before it was ever read, there is nothing to show.
      return deleted && row.native !== null ? row : null
    },
    prime(kind, rows) {
      for (const row of rows) loaders[kind].rows.prime(row.id, row)
    },
    list,
    identities: openIdentityReader({ queryable, workspaceId }),
    messagesOf: (thread, { filter = {}, ...page }) =>
      list('message', { ...page, filter: { ...filter, ...ofThread(thread) } }),
    async lastMessageOf(thread) {
      const page = await list('message', { ...NEWEST, filter: { type: ['REPLY'], ...ofThread(thread) } })
      return page.rows[0] ?? null
    },
    sendOf: (messageId) => sends.load(messageId),
    async ratingOf(thread) {
      const page = await list('rating', { ...NEWEST, filter: ofThread(thread) })
      return page.rows[0] ?? null
    },
  }
}

function openLoaders(queryable: Queryable, counting: Counting): AllLoaders {
  return {
    agent: openKind(queryable, 'agent', counting),
    team: openKind(queryable, 'team', counting),
    tag: openKind(queryable, 'tag', counting),
    company: openKind(queryable, 'company', counting),
    contact: openKind(queryable, 'contact', counting),
    conversation: openKind(queryable, 'conversation', counting),
    ticket: openKind(queryable, 'ticket', counting),
    message: openKind(queryable, 'message', counting),
    rating: openKind(queryable, 'rating', counting),
    definition: openKind(queryable, 'definition', counting),
    timeEntry: openKind(queryable, 'timeEntry', counting),
  }
}

function openKind<K extends Kind>(queryable: Queryable, kind: K, counting: Counting): Loaders<K> {
  const rows = new DataLoader((ids: readonly string[]) => readRows(queryable, kind, ids))
  const lists: Loaders<K>['lists'] = new DataLoader(
    async (queries) => {
      const pages = new Map<ListQuery, Page<RowOf<K>> | Error>()
      await Promise.all(groups(queries).map((group) => readGroup({ queryable, counting }, kind, group, pages)))
      return queries.map((query) => {
        const page = pages.get(query) ?? new Error(`${kind}: a list was not read`)
        if (page instanceof Error) lists.clear(query)
        else for (const row of page.rows) rows.prime(row.id, row)
        return page
      })
    },
    { cacheKeyFn: (query) => JSON.stringify(query) },
  )
  return { rows, lists }
}

async function readRows<K extends Kind>(queryable: Queryable, kind: K, ids: readonly string[]) {
  const records = await queryable.query<Record<string, unknown>>(
    `select ${selectList(kind, 't')} from "${kind}" t where t.id = any ($1::uuid[])`,
    [ids],
  )
  const found = new Map(records.map((record) => toRow(kind, record)).map((row) => [row.id, row]))
  return ids.map((id) => found.get(id) ?? null)
}

/** Lists that one statement reads: the same query, for many owners or for none. */
interface Group {
  readonly query: ListQuery
  readonly relation: Relation | null
  readonly members: { readonly ownerId: string; readonly query: ListQuery }[]
}

function groups(queries: readonly ListQuery[]): readonly Group[] {
  const byShape = new Map<string, Group>()
  for (const query of queries) {
    const { filter = {} } = query
    const relation = RELATIONS.find((each) => typeof filter[each] === 'string') ?? null
    const shared = relation === null ? query : { ...query, filter: { ...filter, [relation]: undefined } }
    const shape = `${relation} ${JSON.stringify(shared)}`
    const group = byShape.get(shape) ?? { query: shared, relation, members: [] }
    byShape.set(shape, group)
    group.members.push({ ownerId: (relation && filter[relation]) ?? '', query })
  }
  return [...byShape.values()]
}

/** Reads a group; its fault is its own, and no other group's. */
async function readGroup<K extends Kind>(
  { queryable, counting }: { readonly queryable: Queryable; readonly counting: Counting },
  kind: K,
  { query, relation, members }: Group,
  pages: Map<ListQuery, Page<RowOf<K>> | Error>,
): Promise<void> {
  try {
    const owners = relation && { relation, ids: members.map((member) => member.ownerId) }
    const read = await readLists(queryable, kind, query, owners, counting)
    members.forEach((member, n) => pages.set(member.query, read[n] ?? new Error(`${kind}: a list was not read`)))
  } catch (error) {
    const fault = error instanceof Error ? error : new Error(String(error))
    for (const member of members) pages.set(member.query, fault)
  }
}
