import { invalid } from '../errors.ts'
import { parsePerPage } from '../page.ts'
import type { Page } from '../page.ts'
import type { ApiCall } from './call.ts'

/** How a numbered list is cut, and how it names its next page: by address, by number or not at all. */
export interface Numbering {
  readonly usual: number
  readonly max: number
  readonly next: 'url' | 'number' | 'none'
}

/** Cuts one page by its number. */
export function numberedPage<Item>(call: ApiCall, all: readonly Item[], numbering: Numbering): Page<Item> {
  const { query } = call.request
  const perPage = parsePerPage(query.get('per_page'), numbering)
  const page = Number(query.get('page') ?? 1)
  if (!Number.isInteger(page) || page < 1) throw invalid('page must be a positive whole number')
  const totalPages = Math.ceil(all.length / perPage)
  return {
    items: all.slice((page - 1) * perPage, page * perPage),
    total: all.length,
    pages: {
      type: 'pages',
      page,
      per_page: perPage,
      total_pages: totalPages,
      next: page < totalPages ? nextPage(call, numbering, { page: page + 1, per_page: perPage }) : null,
    },
  }
}

function nextPage(call: ApiCall, numbering: Numbering, to: { page: number; per_page: number }): unknown {
  switch (numbering.next) {
    case 'none':
      return null
    case 'number':
      return to
    case 'url': {
      const url = new URL(call.request.path, `http://${call.request.headers.host ?? 'api.intercom.io'}`)
      url.searchParams.set('per_page', String(to.per_page))
      url.searchParams.set('page', String(to.page))
      return url.href
    }
  }
}
