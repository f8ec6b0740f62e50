import type { GraphQLError } from 'graphql'
import { isData } from '../execute/data.ts'
import type { OperationResult } from '../execute/run.ts'
import type { ExportedList } from './find-list.ts'

/** One row of a list, and what is wrong with it. */
export interface Row {
  /** Null where the list has none at this place. */
  readonly value: Readonly<Record<string, unknown>> | null
  /** Their paths begin at the row. What may be of any row of the page is told with each. */
  readonly errors: readonly RowError[]
}

/** Something that is missing in a row. */
export interface RowError {
  readonly error: GraphQLError
  readonly path: readonly (string | number)[]
}

/** A page of rows. */
export interface Page {
  readonly rows: readonly Row[]
  /** Where it ends, and whether there is more behind that. */
  readonly endCursor: string | null
  readonly hasNextPage: boolean
}

/** Takes the page out of an answer; null when there is none. */
export function readPage(
  { data, errors = [] }: OperationResult,
  { path, rowsName }: ExportedList,
  infoName: string,
): Page | null {
  let page: unknown = data
  for (const name of path) page = isData(page) ? page[name] : null
  if (!isData(page)) return null
  const { [rowsName]: values, [infoName]: info } = page
  if (!Array.isArray(values) || !isData(info)) return null
  const errorsOf = sortErrors(errors, [...path, rowsName])
  return {
    rows: values.map((value: unknown, index) => ({ value: isData(value) ? value : null, errors: errorsOf(index) })),
    endCursor: typeof info['endCursor'] === 'string' ? info['endCursor'] : null,
    hasNextPage: info['hasNextPage'] === true,
  }
}

/** Says which errors are of which row. */
function sortErrors(errors: readonly GraphQLError[], to: readonly string[]): (index: number) => readonly RowError[] {
  const everywhere: RowError[] = []
  const byRow = new Map<number, RowError[]>()
  for (const error of errors) {
    const [index, ...path] = (error.path ?? []).slice(to.length)
    const leadsHere = to.every((name, n) => error.path?.[n] === name)
    if (!leadsHere || typeof index !== 'number') everywhere.push({ error, path: [] })
    else byRow.set(index, [...(byRow.get(index) ?? []), { error, path }])
  }
  return (index) => [...(byRow.get(index) ?? []), ...everywhere]
}
