import { json } from '../../exchange.ts'
import { sees } from '../access.ts'
import { badQuery, refusal } from '../errors.ts'
import { renderGroup, renderOrganization, renderUser } from '../render/people.ts'
import { renderTicket } from '../render/ticket.ts'
import { findAll } from '../search/find.ts'
import type { Found } from '../search/find.ts'
import { parseQuery } from '../search/query.ts'
import type { ApiCall, Routes } from './call.ts'
import { address, wholeNumber } from './paging.ts'

/** Rows a search reaches, and rows of a page. Source: the reference's "Search", under "Results limit". */
const wall = 1_000
const maxRows = 100
/** Rows of a page of an export, and how long its cursor is good. Source: the same, under "Export Search Results". */
const maxExported = 1_000
const cursorSeconds = 3_600

const kinds = ['ticket', 'user', 'organization', 'group'] as const

/** Search in the provider's own language. */
export const searchRoutes: Routes = {
  'GET /search': {
    needs: 'staff',
    resource: 'search',
    answer(call) {
      const size = Math.min(maxRows, wholeNumber(call, 'per_page', maxRows))
      const page = wholeNumber(call, 'page', 1)
      if (page * size > wall) {
        throw refusal(422, 'invalid', 'Invalid search: Requested response size was greater than Search Response Limits')
      }
      const found = foundBy(call)
      const hasMore = page * size < Math.min(wall, found.length)
      return json({
        results: found.slice((page - 1) * size, page * size).map((one) => render(call, one)),
        facets: null,
        next_page: hasMore ? address(call, { page: String(page + 1) }) : null,
        previous_page: page > 1 ? address(call, { page: String(page - 1) }) : null,
        count: found.length,
      })
    },
  },
  'GET /search/count': { needs: 'staff', resource: 'search', answer: (call) => json({ count: foundBy(call).length }) },
  'GET /search/export': {
    needs: 'staff',
    resource: 'search',
    limited: 'searchExport',
    answer(call) {
      const kind = kinds.find((one) => one === call.query.get('filter[type]'))
      if (kind === undefined) throw badQuery('InvalidParameter', `filter[type] must be one of ${kinds.join(', ')}`)
      const size = Math.min(maxExported, wholeNumber(call, 'page[size]', maxRows))
      const after = cursorIn(call)
      const query = {
        ...parseQuery(call.query.get('query') ?? ''),
        kinds: [kind],
        sortBy: 'created',
        sortOrder: 'asc',
      } as const
      const rows = visible(call, findAll(call.world, query)).filter((one) => after === null || isAfter(one, after))
      const shown = rows.slice(0, size)
      const last = shown.at(-1)
      const cursor = last ? cursorAt(call, last) : null
      const hasMore = rows.length > size
      return json({
        results: shown.map((one) => render(call, one)),
        facets: null,
        meta: { has_more: hasMore, after_cursor: cursor, before_cursor: null },
        links: { prev: null, next: hasMore && cursor !== null ? address(call, { 'page[after]': cursor }) : null },
      })
    },
  },
}

/** What the query of a call finds, in the order it asks for. @throws 400 no query; 422 a broken one */
export function foundBy(call: ApiCall): Found[] {
  const text = call.query.get('query')
  if (text === null || text.trim() === '') throw badQuery('BadRequest', 'Parameter query is required')
  const query = parseQuery(text)
  const sortBy = call.query.get('sort_by') ?? query.sortBy
  const order = call.query.get('sort_order')
  return visible(
    call,
    findAll(call.world, { ...query, sortBy, sortOrder: order === 'asc' || order === 'desc' ? order : query.sortOrder }),
  )
}

function visible({ world, caller }: ApiCall, found: readonly Found[]): Found[] {
  return found.filter((one) => one.kind !== 'ticket' || sees(world, caller, one.record))
}

function render({ world, base }: ApiCall, found: Found): object {
  const result_type = found.kind
  switch (found.kind) {
    case 'ticket':
      return { ...renderTicket(world, found.record, base), result_type }
    case 'user':
      return { ...renderUser(found.record, base), result_type }
    case 'organization':
      return { ...renderOrganization(found.record, base), result_type }
    case 'group':
      return { ...renderGroup(found.record, base), result_type }
  }
}

interface Place {
  readonly created: string
  readonly id: number
}

function isAfter({ record }: Found, place: Place): boolean {
  return record.created_at > place.created || (record.created_at === place.created && record.id > place.id)
}

function cursorAt({ world }: ApiCall, { record }: Found): string {
  return Buffer.from(JSON.stringify([record.created_at, record.id, world.clock.seconds()])).toString('base64url')
}

/** @throws 400 a cursor that is none, or an hour old */
function cursorIn(call: ApiCall): Place | null {
  const raw = call.query.get('page[after]')
  if (raw === null) return null
  const text = Buffer.from(raw, 'base64url').toString('utf8')
  const [, created, id, given] = /^\["([^"]+)",(\d+),(\d+)\]$/.exec(text) ?? []
  if (created === undefined || id === undefined || given === undefined)
    throw badQuery('InvalidCursor', 'page[after] is not valid')
  if (call.world.clock.seconds() - Number(given) >= cursorSeconds)
    throw badQuery('InvalidCursor', 'page[after] has expired')
  return { created, id: Number(id) }
}
