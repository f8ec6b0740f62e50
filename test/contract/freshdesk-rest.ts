import type { Json } from '../../store/kinds.ts'
import type { FreshdeskTwin } from '../../twins/freshdesk/index.ts'
import { type Piece, pieceOf } from './intercom-rest.ts'

/** The suite's own way to the twin's REST API; it knows nothing of the connector. */
export interface Rest {
  get(path: string): Promise<Piece>
  /** Every page of a list. */
  list(path: string): Promise<Piece[]>
  post(path: string, body: Json): Promise<Piece>
  put(path: string, body: Json): Promise<Piece>
  delete(path: string): Promise<void>
  /** Numbers of these requests in the twin's log. */
  readonly own: Set<number>
}

/** Opens it with the administrator's key. Requests are one after the other, so that each finds its own entry in the log. */
export function openRest(twin: FreshdeskTwin): Rest {
  const own = new Set<number>()
  const call = async (method: string, path: string, body?: Json) => {
    // Another key may have taken the place of the one before.
    const [account] = twin.accounts()
    const headers = {
      authorization: `Basic ${Buffer.from(`${account?.apiKey ?? ''}:X`).toString('base64')}`,
      'content-type': 'application/json',
    }
    const url = `${account?.url ?? ''}/api/v2${path}`
    const response = await fetch(url, { method, headers, body: body === undefined ? null : JSON.stringify(body) })
    const text = await response.text()
    const logged = twin.requests().at(-1)
    if (logged) own.add(logged.number)
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`)
    const json: unknown = text === '' ? null : JSON.parse(text)
    return { json, hasNext: response.headers.get('link') !== null }
  }
  const piece = async (method: string, path: string, body?: Json): Promise<Piece> =>
    pieceOf((await call(method, path, body)).json)
  return {
    own,
    get: (path) => piece('GET', path),
    async list(path) {
      const all: Piece[] = []
      for (let page = 1; ; page += 1) {
        const query = page === 1 ? '' : `${path.includes('?') ? '&' : '?'}page=${page}`
        const { json, hasNext } = await call('GET', `${path}${query}`)
        all.push(...pieceOf({ rows: json }).list('rows'))
        if (!hasNext) return all
      }
    },
    post: (path, body) => piece('POST', path, body),
    put: (path, body) => piece('PUT', path, body),
    async delete(path) {
      await call('DELETE', path)
    },
  }
}
