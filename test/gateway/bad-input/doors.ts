import type { Scene } from './scene.ts'
import { GOOD } from '../served.ts'

/** An operation as a client sends it. */
export interface Sent {
  readonly query: string
  readonly variables?: unknown
  readonly operationName?: string
}

/** What came back: the codes of the errors, and the data when there was any. */
export interface Came {
  readonly codes: readonly string[]
  readonly data?: unknown
}

/** One way in for an operation. */
export type Door = (scene: Scene, sent: Sent) => Promise<Came>

const post: Door = async ({ served }, sent) => toCame(await (await served.post(sent)).json())

const get: Door = async ({ served }, { query, variables, operationName }) => {
  const url = new URL(served.url)
  url.searchParams.set('query', query)
  if (variables !== undefined) url.searchParams.set('variables', JSON.stringify(variables))
  if (operationName !== undefined) url.searchParams.set('operationName', operationName)
  return toCame(await (await fetch(url, { headers: GOOD })).json())
}

const socket: Door = async (scene, { query, ...more }) => {
  using client = await scene.client()
  client.subscribe('1', query, more)
  const [frame = ''] = await client.received('1', 1)
  const message: { type: string; payload: unknown } = JSON.parse(frame)
  return toCame(message.type === 'error' ? { errors: message.payload } : message.payload)
}

const stream: Door = async ({ served }, sent) => {
  const response = await fetch(`${served.url}/stream`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...GOOD },
    body: JSON.stringify(sent),
  })
  const text = await response.text()
  const event = /^event: next\ndata: (.*)$/m.exec(text)
  return toCame(JSON.parse(event?.[1] ?? text))
}

/** The doors of a gateway for one operation each. */
export const DOORS = { POST: post, GET: get, WebSocket: socket, 'Server-Sent Events': stream } as const

/** Bytes that fit into an address: Node refuses longer ones, with 431, before anybody reads them. */
export const MOST_BY_GET = 8_000

function toCame(answer: unknown): Came {
  const { errors = [], data } = answer as { errors?: { extensions: { code: string } }[]; data?: unknown }
  const codes = errors.map(({ extensions }) => extensions.code)
  return data === undefined ? { codes } : { codes, data }
}
