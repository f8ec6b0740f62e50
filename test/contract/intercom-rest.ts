import type { IntercomTwin } from '../../twins/intercom/index.ts'
import type { Json } from '../../store/kinds.ts'

/** A piece of an answer, read by name. */
export interface Piece {
  /** A string, or a number as its digits; '' when there is neither. */
  text(name: string): string
  number(name: string): number | null
  flag(name: string): boolean
  /** Whatever it holds, by name; empty when it is no object. */
  values(): Readonly<Record<string, Json>>
  piece(name: string): Piece
  list(name: string): Piece[]
}

/** The suite's own way to the twin's REST API; it knows nothing of the connector. */
export interface Rest {
  get(path: string): Promise<Piece>
  post(path: string, body: Json): Promise<Piece>
  put(path: string, body: Json): Promise<Piece>
  delete(path: string): Promise<Piece>
  /** Numbers of these requests in the twin's log. */
  readonly own: Set<number>
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null

/** Reads what came, forgiving everything: what is not there shows as empty in the test that looks for it. */
export function pieceOf(value: unknown): Piece {
  const field = (name: string): unknown => (isRecord(value) ? value[name] : undefined)
  return {
    text(name) {
      const found = field(name)
      return typeof found === 'string' || typeof found === 'number' ? String(found) : ''
    },
    number(name) {
      const found = field(name)
      return typeof found === 'number' ? found : null
    },
    flag: (name) => field(name) === true,
    values: () => (isRecord(value) ? JSON.parse(JSON.stringify(value)) : {}),
    piece: (name) => pieceOf(field(name)),
    list(name) {
      const found = field(name)
      return Array.isArray(found) ? found.map(pieceOf) : []
    },
  }
}

/** Opens it with the twin's own token. Requests are one after the other, so that each finds its own entry in the log. */
export function openRest(twin: IntercomTwin): Rest {
  const own = new Set<number>()
  const call = async (method: string, path: string, body?: Json): Promise<Piece> => {
    const headers = {
      authorization: `Bearer ${twin.accessToken}`,
      'intercom-version': '2.16',
      'content-type': 'application/json',
    }
    const response = await fetch(twin.url + path, {
      method,
      headers,
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
  }
}
