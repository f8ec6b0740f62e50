import { DEMO_ACCESS_TOKEN } from '../../demo/simulated.ts'
import type { Json } from '../../store/kinds.ts'
import { type Piece, pieceOf, type Rest } from '../contract/intercom-rest.ts'
import { openViews } from '../contract/intercom-views.ts'

/** The simulated Intercom as people there see it, by its own doors. */
export interface Desk extends ReturnType<typeof openViews> {
  readonly url: string
  readonly rest: Rest
  /** Acts as somebody there, or breaks something: `act('/customers/reply', { conversationId, body })`. */
  act(path: string, body: Readonly<Record<string, Json>>): Promise<Piece>
  /** What the control API shows. */
  look(path: string): Promise<Piece>
  /** The ids of everything of a kind that is there. */
  ids(kind: 'contacts' | 'conversations' | 'tickets' | 'companies'): Promise<string[]>
  /** Ends when every webhook that is due was sent. */
  settle(): Promise<void>
}

/** Opens a twin at its address, wherever it runs. */
export function openDesk(url: string): Desk {
  const call = async (method: string, path: string, body?: Json): Promise<unknown> => {
    const response = await fetch(url + path, {
      method,
      headers: {
        authorization: `Bearer ${DEMO_ACCESS_TOKEN}`,
        'intercom-version': '2.16',
        'content-type': 'application/json',
      },
      body: body === undefined ? null : JSON.stringify(body),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`)
    return text === '' ? null : JSON.parse(text)
  }
  const piece = async (method: string, path: string, body?: Json): Promise<Piece> =>
    pieceOf(await call(method, path, body))
  const rest: Rest = {
    own: new Set(),
    get: (path) => piece('GET', path),
    post: (path, body) => piece('POST', path, body),
    put: (path, body) => piece('PUT', path, body),
    delete: (path) => piece('DELETE', path),
  }
  return {
    url,
    rest,
    ...openViews(rest),
    act: (path, body) => piece('POST', `/__twin${path}`, body),
    look: (path) => piece('GET', `/__twin${path}`),
    async ids(kind) {
      const listed = await call('GET', `/__twin/ids/${kind}`)
      if (!Array.isArray(listed)) throw new Error(`expected a list of ${kind}`)
      return listed.map(String)
    },
    async settle() {
      await call('POST', '/__twin/webhooks/settle', {})
    },
  }
}
