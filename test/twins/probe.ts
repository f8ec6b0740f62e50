import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Any JSON, for looking into answers by path. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json }

/** An answer, read whole. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly json: Json
}

/** Reads an answer whole. */
export async function readAnswer(response: Response): Promise<Answer> {
  const body = await response.text()
  return { status: response.status, headers: response.headers, text: body, json: parsed(body) }
}

/** What stands at a path of keys and positions. */
export function at(json: Json | undefined, ...path: (string | number)[]): Json {
  let value: Json | undefined = json
  for (const step of path) {
    if (Array.isArray(value) && typeof step === 'number') value = value[step]
    else if (typeof value === 'object' && value !== null && !Array.isArray(value)) value = value[String(step)]
    else throw new TypeError(`nothing at ${path.join('.')}, because there is no ${step}`)
  }
  if (value === undefined) throw new TypeError(`nothing at ${path.join('.')}`)
  return value
}

/** A list at a path. */
export function list(json: Json | undefined, ...path: (string | number)[]): Json[] {
  const value = at(json, ...path)
  if (!Array.isArray(value)) throw new TypeError(`no list at ${path.join('.')}`)
  return value
}

/** A text at a path. */
export function text(json: Json | undefined, ...path: (string | number)[]): string {
  const value = at(json, ...path)
  if (typeof value !== 'string') throw new TypeError(`no text at ${path.join('.')}, but ${JSON.stringify(value)}`)
  return value
}

/** A number at a path. */
export function number(json: Json | undefined, ...path: (string | number)[]): number {
  const value = at(json, ...path)
  if (typeof value !== 'number') throw new TypeError(`no number at ${path.join('.')}, but ${JSON.stringify(value)}`)
  return value
}

/** The numbers of the rows at a path. */
export function numbers(json: Json, ...path: (string | number)[]): number[] {
  return list(json, ...path).map((row) => Number(at(row, 'id')))
}

/** The ids of the rows at a path. */
export function ids(json: Json, ...path: (string | number)[]): string[] {
  return list(json, ...path).map((row) => text(row, 'id'))
}

/** One delivery as it arrived. */
export interface Received {
  readonly method: string
  readonly body: string
  readonly headers: Record<string, string>
  readonly json: Json
}

/** A place that events are sent to. `answer` says with which status each is answered. */
export async function receive(answer: (received: Received) => number = () => 200) {
  const received: Received[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8')
      const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]))
      const delivery = { method: request.method ?? '', body, headers, json: parsed(body) }
      received.push(delivery)
      response.writeHead(answer(delivery)).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/hooks`,
    received,
    /** The events of one topic. */
    of: (topic: string): Received[] =>
      received.filter(
        ({ json }) => typeof json === 'object' && json !== null && !Array.isArray(json) && json['topic'] === topic,
      ),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function parsed(text: string): Json {
  if (text === '') return null
  try {
    const value: Json = JSON.parse(text)
    return value
  } catch {
    // Pages and broken answers are looked at as text.
    return null
  }
}
