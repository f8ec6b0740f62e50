import type { Page, PageRequest } from '../../store/read.ts'
import { badUserInput } from '../errors.ts'

/** Cuts a page out of a list that is read whole: things of which a workspace has dozens, not thousands. The cursor is the id. */
export function pageOf<Row extends { readonly id: string }>(rows: readonly Row[], request: PageRequest): Page<Row> {
  const placeOf = (name: string, cursor: string): number => {
    const place = rows.findIndex((row) => row.id === cursor)
    if (place < 0) throw badUserInput(`${name}: expected a cursor of this list, but got ${JSON.stringify(cursor)}`)
    return place
  }
  const from = request.after === undefined ? 0 : placeOf('after', request.after) + 1
  const to = request.before === undefined ? rows.length : placeOf('before', request.before)
  const start = request.last === undefined ? from : Math.max(from, to - request.last)
  const end = request.first === undefined ? to : Math.min(to, from + request.first)
  const page = rows.slice(start, end)
  return {
    rows: page,
    cursors: page.map((row) => row.id),
    hasPreviousPage: start > 0,
    hasNextPage: end < rows.length,
    totalCount: () => Promise.resolve(rows.length),
  }
}
