import { text } from 'node:stream/consumers'
import type { Answer } from '../http-subgraph.ts'
import type { Scene } from './scene.ts'

interface GraphQLAnswer {
  readonly data?: unknown
  readonly errors?: readonly {
    readonly message: string
    readonly path?: unknown
    readonly extensions: { readonly code: string }
  }[]
}

/** Reads the request, so that its connection can be used again, and then answers. */
export const after =
  (answer: Answer): Answer =>
  (request, response) =>
    void text(request).then(() => answer(request, response))
/** Answers with this body. */
export const saying = (body: string | Uint8Array, status = 200, headers: Record<string, string> = {}): Answer =>
  after((_, response) => void response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body))
/** Answers this, as JSON. */
export const answering = (answer: unknown): Answer => saying(JSON.stringify(answer))

/** Asks beside healthy queries, for something of the odd subgraph and something of the other. */
export async function askOdd(scene: Scene, query: string) {
  const { data, errors = [] } = (await scene.beside(() => scene.served.ask(query))) as GraphQLAnswer
  return {
    data,
    errors: errors.map(({ message, extensions, path }) => `${String(path)} ${extensions.code}: ${message}`),
  }
}
