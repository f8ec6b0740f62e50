import { json } from '../../exchange.ts'
import type { TwinReply } from '../../exchange.ts'
import type { LimitedCall } from '../account.ts'
import type { Body, FieldRules } from '../check.ts'
import { checkFields } from '../check.ts'
import type { Agent, Privilege } from '../desk-records.ts'
import { invalidValue, notFound } from '../errors.ts'
import type { SentFile } from '../form.ts'
import { typed } from '../form.ts'
import { parseTime } from '../times.ts'
import type { Actor, World } from '../world.ts'
import { asAgent } from '../world.ts'

/** One authorised call of the API. */
export interface ApiCall {
  readonly world: World
  /** Where the account is: what addresses in answers begin with. */
  readonly base: string
  /** Without the account and `/api/v2`. */
  readonly path: string
  readonly params: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  readonly body: Body
  readonly files: readonly SentFile[]
  readonly caller: Agent
}

/** One declared call. */
export interface Route {
  readonly needs: Privilege
  /** Names it takes in the query beside `page` and `per_page`; any other is refused. */
  readonly query?: readonly string[]
  readonly paged?: true
  /** What it can embed, and what each costs. */
  readonly include?: { readonly names: readonly string[]; readonly credits: number }
  readonly limited?: LimitedCall
  /** Answers, or throws the answer. */
  readonly answer: (call: ApiCall) => TwinReply
}

/** Routes by `METHOD /path/{name}`. */
export type Routes = Readonly<Record<string, Route>>

/** Rows of a page: 30 unless told, 100 at most. Source: the reference's "Pagination" section. */
const usualRows = 30
const maxRows = 100

/** A number in the path. @throws 404 when it is none */
export function idIn(call: ApiCall, name: string): number {
  const id = Number(call.params[name])
  if (!Number.isSafeInteger(id) || id <= 0) throw notFound()
  return id
}

/** Whoever calls, as the one who acts. */
export function actor(call: ApiCall): Actor {
  return asAgent(call.caller, 'api')
}

/** The body, checked. A form's values are read as what is expected of them. @throws 400 */
export function bodyOf(call: ApiCall, rules: FieldRules): Body {
  const body = typed(call.body, rules)
  checkFields(body, rules)
  return body
}

/** A date of the query; null when it was not asked for. @throws 400 */
export function timeOf(call: ApiCall, name: string): string | null {
  const raw = call.query.get(name)
  if (raw === null) return null
  const time = parseTime(raw)
  if (time === null) throw invalidValue(name, "It should be in the 'combined date and time ISO8601' format")
  return time
}

/** A number of the query; null when it was not asked for. @throws 400 */
export function numberOf(call: ApiCall, name: string): number | null {
  const raw = call.query.get(name)
  if (raw === null) return null
  if (!/^\d+$/.test(raw)) throw invalidValue(name, 'It should be a/an Positive Integer')
  return Number(raw)
}

/** One of a few words of the query; null when it was not asked for. @throws 400 */
export function wordOf<Word extends string>(call: ApiCall, name: string, words: readonly Word[]): Word | null {
  const raw = call.query.get(name)
  if (raw === null) return null
  const word = words.find((candidate) => candidate === raw)
  if (word === undefined) throw invalidValue(name, `It should be one of these values: '${words.join(',')}'`)
  return word
}

/** What a call asks to embed. @throws 400 what cannot be */
export function includesOf<Word extends string>(call: ApiCall, words: readonly Word[]): Word[] {
  const raw = call.query.get('include')
  if (raw === null) return []
  return raw.split(',').map((asked) => {
    const word = words.find((candidate) => candidate === asked.trim())
    if (word === undefined) throw invalidValue('include', `It should be one of these values: '${words.join(',')}'`)
    return word
  })
}

/** One page of rows, with the address of the next in the `link` header. @throws 400 no such page */
export function pageReply<Row>(call: ApiCall, rows: readonly Row[], render: (row: Row) => unknown): TwinReply {
  const { page, perPage } = pageOf(call)
  const start = (page - 1) * perPage
  const shown = rows.slice(start, start + perPage)
  const hasMore = start + perPage < rows.length
  const reply = json(shown.map(render))
  return hasMore ? { ...reply, headers: { link: nextLink(call, page + 1) } } : reply
}

/** The page and its size. @throws 400 unless they are whole numbers within their limits */
export function pageOf(call: ApiCall): { page: number; perPage: number } {
  const read = (name: string, usual: number): number => {
    const raw = call.query.get(name)
    if (raw === null) return usual
    const value = Number(raw)
    if (!/^\d+$/.test(raw) || value < 1) throw invalidValue(name, 'It should be a/an Positive Integer')
    return value
  }
  const [page, perPage] = [read('page', 1), read('per_page', usualRows)]
  if (perPage > maxRows) {
    throw invalidValue('per_page', `It should be a Positive Integer less than or equal to ${maxRows}`)
  }
  return { page, perPage }
}

/** 201, and where to find what was made. */
export function created(call: ApiCall, path: string, body: unknown): TwinReply {
  return { status: 201, json: body, headers: { Location: `${call.base}/api/v2${path}` } }
}

/** 204, without a body. */
export const noContent: TwinReply = { status: 204 }

function nextLink(call: ApiCall, page: number): string {
  const query = new URLSearchParams(call.query)
  query.set('page', String(page))
  return `<${call.base}/api/v2${call.path}?${query.toString()}>; rel="next"`
}
