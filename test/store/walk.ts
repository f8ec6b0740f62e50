import { expect } from 'vitest'
import type { Kind, RowOf } from '../../store/kinds.ts'
import type { Page, PageRequest } from '../../store/read.ts'

/** Walks a whole list page by page, and answers the pages in the order in which they came. */
export async function walk<K extends Kind>(
  list: (page: PageRequest) => Promise<Page<RowOf<K>>>,
  size: number,
  way: 'forwards' | 'backwards',
): Promise<readonly (readonly RowOf<K>[])[]> {
  const pages: (readonly RowOf<K>[])[] = []
  for (let cursor: string | undefined; ;) {
    const page = await list(
      way === 'forwards'
        ? { first: size, ...(cursor !== undefined && { after: cursor }) }
        : { last: size, ...(cursor !== undefined && { before: cursor }) },
    )
    pages.push(page.rows)
    expect(page.cursors).toHaveLength(page.rows.length)
    expect(way === 'forwards' ? page.hasPreviousPage : page.hasNextPage).toBe(cursor !== undefined)
    if (!(way === 'forwards' ? page.hasNextPage : page.hasPreviousPage)) return pages
    cursor = way === 'forwards' ? page.cursors.at(-1) : page.cursors[0]
  }
}
