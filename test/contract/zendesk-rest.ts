import type { Json } from '../../store/kinds.ts'
import type { TwinAccount, ZendeskTwin } from '../../twins/zendesk/index.ts'
import { type Piece, pieceOf } from './intercom-rest.ts'

/** The suite's own way to the twin's REST API, as the account's administrator; it knows nothing of the connector. */
export interface Rest {
  /** Paths are without `/api/v2`. */
  get(path: string): Promise<Piece>
  post(path: string, body: Json): Promise<Piece>
  put(path: string, body: Json): Promise<Piece>
  delete(path: string): Promise<Piece>
  /** All records of a list, however many pages it has. */
  all(path: string, list: string): Promise<Piece[]>
  /** Numbers of these requests in the twin's log. */
  readonly own: Set<number>
}

/** Opens it. Requests are one after the other, so that each finds its own entry in the log. */
export function openRest(twin: ZendeskTwin, { url, email, apiToken }: TwinAccount): Rest {
  const own = new Set<number>()
  const authorization = `Basic ${Buffer.from(`${email}/token:${apiToken}`).toString('base64')}`
  const call = async (method: string, path: string, body?: Json): Promise<Piece> => {
    const response = await fetch(`${url}/api/v2${path}`, {
      method,
      headers: { authorization, 'content-type': 'application/json' },
      body: body === undefined ? null : JSON.stringify(body),
    })
    const text = await response.text()
    const logged = twin.requests().at(-1)
    if (logged) own.add(logged.number)
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`)
    return pieceOf(text === '' ? null : JSON.parse(text))
  }
  return {
    own,
    get: (path) => call('GET', path),
    post: (path, body) => call('POST', path, body),
    put: (path, body) => call('PUT', path, body),
    delete: (path) => call('DELETE', path),
    async all(path, list) {
      const records: Piece[] = []
      for (let after = ''; ;) {
        const mark = path.includes('?') ? '&' : '?'
        const page = await call('GET', `${path}${mark}page[size]=100${after === '' ? '' : `&page[after]=${after}`}`)
        records.push(...page.list(list))
        if (!page.piece('meta').flag('has_more')) return records
        after = page.piece('meta').text('after_cursor')
      }
    },
  }
}
