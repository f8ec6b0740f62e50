import type { ClientBase } from 'pg'
import { inSpanBelow, isTracing } from '../observe/trace.ts'

/** How many statements' summaries are remembered: ours are few, but some are put together. */
const MOST_REMEMBERED = 1_000

const summaries = new Map<string, string>()

/**
 * Does a statement in a span, when it is asked on behalf of something that has one.
 *
 * The span is named for what the statement does and to which table. Neither its text nor its parameters are told: a
 * text is long, and a parameter may be what a customer wrote.
 */
export function inStatementSpan<T>(sql: string, work: () => T): T {
  if (!isTracing()) return work()
  const summary = summarise(sql)
  const [operation = ''] = summary.split(' ')
  const attributes = { 'db.system.name': 'postgresql', 'db.operation.name': operation, 'db.query.summary': summary }
  return inSpanBelow(summary, { side: 'client', attributes }, work)
}

/** Has each statement of a connection done in a span, for who does not come by {@link inStatementSpan}: the ORM. */
export function traceStatements(client: ClientBase): void {
  client.query = new Proxy(client.query.bind(client), {
    apply: (query, self, given: unknown[]): unknown =>
      inStatementSpan(textOf(given[0]), () => Reflect.apply(query, self, given)),
  })
}

/** The driver takes a text, or an object that has one. */
function textOf(statement: unknown): string {
  if (typeof statement === 'string') return statement
  const isObject = typeof statement === 'object' && statement !== null && 'text' in statement
  return isObject && typeof statement.text === 'string' ? statement.text : ''
}

function summarise(sql: string): string {
  const known = summaries.get(sql)
  if (known !== undefined) return known
  const summary = toSummary(sql)
  if (summaries.size < MOST_REMEMBERED) summaries.set(sql, summary)
  return summary
}

/** The first verb that is no `with`, and the first table after it: `select ticket`, `insert event`. */
function toSummary(sql: string): string {
  const [verb = 'statement'] = /\b(?:select|insert|update|delete|set|begin|commit|listen|notify)\b/i.exec(sql) ?? []
  const [, table] = /\b(?:from|into|update|join)\s+(?:only\s+)?"?([a-z_][\w.]*)/i.exec(sql) ?? []
  return table === undefined ? verb.toLowerCase() : `${verb.toLowerCase()} ${table.toLowerCase()}`
}
