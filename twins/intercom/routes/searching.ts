import { isRecord } from '../../exchange.ts'
import type { TwinReply } from '../../exchange.ts'
import { json } from '../../exchange.ts'
import { apiError, invalid } from '../errors.ts'
import { pageOf, parsePerPage } from '../page.ts'
import type { Order, Page } from '../page.ts'
import { compile } from '../search/match.ts'
import type { SearchRules } from '../search/match.ts'
import { parseQuery } from '../search/query.ts'
import type { ApiCall } from './call.ts'
import { optionalObject, optionalText } from './call.ts'

/** Anything that lists. */
export interface Listed {
  readonly id: string
  readonly updatedAt: number
}

/** How many rows a page has. */
export interface PageLimits {
  readonly usual: number
  readonly max: number
}

/** Searches and lists are in this order unless told: what changed last comes first. */
export function latestFirst<Item extends Listed>(): Order<Item> {
  return { name: 'updated_at', key: (item) => item.updatedAt, descending: true }
}

/** Answers a `GET` list with cursors. */
export function listPage<Item extends Listed>(call: ApiCall, all: Item[], limits: PageLimits): Page<Item> {
  const { query } = call.request
  return pageOf(all, {
    perPage: parsePerPage(query.get('per_page'), limits),
    startingAfter: query.get('starting_after'),
    order: latestFirst(),
  })
}

/** Answers a `POST …/search`. */
export function searchPage<Item extends Listed>(
  call: ApiCall,
  all: Iterable<Item>,
  options: { readonly rules: SearchRules<Item>; readonly limits: PageLimits },
): Page<Item> {
  if (call.body['query'] === undefined) throw invalid('query is a required parameter')
  const test = compile(parseQuery(call.body['query']), options.rules)
  const pagination = optionalObject(call.body, 'pagination') ?? {}
  return pageOf([...all].filter(test), {
    perPage: parsePerPage(pagination['per_page'], options.limits),
    startingAfter: optionalText(pagination, 'starting_after') ?? null,
    order: orderOf(call.body['sort'], options.rules),
  })
}

function orderOf<Item extends Listed>(sort: unknown, rules: SearchRules<Item>): Order<Item> {
  if (sort === undefined || sort === null) return latestFirst()
  if (!isRecord(sort)) throw invalid('sort must be an object')
  const name = optionalText(sort, 'field') ?? 'updated_at'
  const order = optionalText(sort, 'order') ?? 'descending'
  if (order !== 'ascending' && order !== 'descending') {
    throw apiError(400, 'invalid_sort_order', `Invalid sort order '${order}'. Must be one of: ascending, descending`)
  }
  const field = rules.field(name)
  if (!field) throw invalid(`'${name}' is not a sortable field`)
  const key = (item: Item): string | number | null => {
    const value = field.read(item)
    return typeof value === 'string' || typeof value === 'number' ? value : null
  }
  return { name, key, descending: order === 'descending' }
}

/** Puts a page into the provider's envelope. */
export function envelope<Item>(
  page: Page<Item>,
  names: { readonly type: string; readonly rows: string },
  render: (item: Item) => Record<string, unknown>,
): TwinReply {
  return json({
    type: names.type,
    [names.rows]: page.items.map(render),
    total_count: page.total,
    pages: page.pages,
  })
}
