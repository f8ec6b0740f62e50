import type { Audit } from '../../kit/contract.ts'
import { z } from 'zod'
import type { AccountClient, Call } from '../../kit/account-client.ts'
import { toListed } from '../../kit/audit.ts'
import { sift } from '../../kit/read-each.ts'
import { readWire } from '../../kit/read-wire.ts'
import { idOf } from '../../kit/wire.ts'
import type { Change } from '../../store/change.ts'
import type { Kind } from '../../store/kinds.ts'
import { PROVIDER } from './wire.ts'

/** The most that a page of a list holds. Source: "Pagination". */
const PER_PAGE = 100

const wirePage = z.looseObject({
  meta: z.looseObject({ has_more: z.boolean().nullish(), after_cursor: z.string().nullish() }).nullish(),
})

/** A list that is read page by page, by cursors. */
export interface List {
  /** May have a query of its own. */
  readonly path: string
  /** Where the records stand in the answer, and where what was asked for beside them does. */
  readonly name: string
  readonly beside?: string
  readonly query?: Call['query']
}

/** One page of a list. */
export interface Page {
  readonly records: readonly unknown[]
  readonly beside: readonly unknown[]
  /** The cursor of the next page; null when this was the last. */
  readonly after: string | null
}

/** The records under a name in an answer. @throws MalformedError there is no such list */
export function recordsIn(body: unknown, name: string, origin: string): readonly unknown[] {
  const read = readWire(z.looseObject({ [name]: z.array(z.unknown()) }), body, { provider: PROVIDER, stream: origin })
  const records = read[name]
  return Array.isArray(records) ? records : []
}

/** The record that a body wraps: `{"ticket": {…}}`. @throws MalformedError there is none */
export const unwrap = (body: unknown, name: string): unknown =>
  readWire(z.looseObject({ [name]: z.looseObject({}) }), body, { provider: PROVIDER, stream: name })[name]

/** Reads one record. @throws NotFoundError */
export async function recordIn(
  client: AccountClient,
  { path, name }: { readonly path: string; readonly name: string },
  signal?: AbortSignal,
): Promise<unknown> {
  return unwrap((await client.request({ method: 'GET', path, signal })).body, name)
}

/** The records that stand beside others, if any do. */
export function besideIn(body: unknown, name: string): readonly unknown[] {
  const read = z.looseObject({ [name]: z.array(z.unknown()) }).safeParse(body)
  const records = read.success ? read.data[name] : []
  return Array.isArray(records) ? records : []
}

/** Reads one page; null reads the first. */
export async function readPage(
  client: AccountClient,
  list: List,
  { after, signal }: { readonly after: string | null; readonly signal: AbortSignal | undefined },
): Promise<Page> {
  const { path, name, beside } = list
  const answer = await client.request({
    method: 'GET',
    path,
    query: { ...list.query, 'page[size]': PER_PAGE, 'page[after]': after },
    signal,
  })
  const { meta } = readWire(wirePage, answer.body, { provider: PROVIDER, stream: name })
  return {
    records: recordsIn(answer.body, name, name),
    beside: beside === undefined ? [] : besideIn(answer.body, beside),
    // A cursor is given also when nothing follows.
    after: meta?.has_more === true ? (meta.after_cursor ?? null) : null,
  }
}

/** All pages of a list that is short. */
export async function readPages(
  client: AccountClient,
  list: List,
  signal: AbortSignal | undefined,
): Promise<Omit<Page, 'after'>> {
  const records: unknown[] = []
  const beside: unknown[] = []
  let after: string | null = null
  do {
    const page: Page = await readPage(client, list, { after, signal })
    records.push(...page.records)
    beside.push(...page.beside)
    after = page.after
  } while (after !== null)
  return { records, beside }
}

const auditCursor = z.object({ after: z.string().nullable() })

/** Audits by a list of whole records. */
export function auditByList(
  list: List,
  of: { readonly kind: Kind; readonly map: (record: unknown) => readonly Change[] },
): Audit {
  return {
    method: 'FULL_PASS',
    everyMs: 24 * 3_600_000,
    async list(client, cursor, { signal }) {
      const origin = { provider: PROVIDER, stream: `${list.name} audit` }
      const place = cursor === null ? { after: null } : readWire(auditCursor, cursor, origin)
      const { records, after } = await readPage(client, list, { ...place, signal })
      const { good, failed } = sift(records, idOf, of.map)
      const page = toListed(of.kind, { records: good, failed })
      return { ...page, cursor: { after }, done: after === null, total: null }
    },
  }
}
