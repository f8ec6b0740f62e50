import type { IncomingHttpHeaders } from 'node:http'

/** One request as a twin's handlers see it. */
export interface TwinRequest {
  readonly method: string
  /** Without the query, still percent-encoded. */
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: IncomingHttpHeaders
  readonly body: string
  /** The same as it came, for what is not text. */
  readonly bytes: Uint8Array<ArrayBuffer>
}

/** One answer: `json` or `html`, or neither for an empty body. */
export interface TwinReply {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly json?: unknown
  readonly html?: string
}

/** An answer that a handler throws because there is nothing more to do. */
export class ReplyError extends Error {
  readonly reply: TwinReply

  constructor(reply: TwinReply, message: string) {
    super(message)
    this.name = 'ReplyError'
    this.reply = reply
  }
}

/** A JSON answer, 200 unless told. */
export function json(body: unknown, status = 200): TwinReply {
  return { status, json: body }
}

/** The body as an object. Null when it is neither a JSON object nor, where the content type says so, a form. */
export function bodyObject(request: TwinRequest): Record<string, unknown> | null {
  if (request.body === '') return {}
  if (request.headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true) {
    return Object.fromEntries(new URLSearchParams(request.body))
  }
  try {
    const parsed: unknown = JSON.parse(request.body)
    return isRecord(parsed) ? parsed : null
  } catch {
    // Broken JSON is the caller's mistake; each provider words that answer in its own way.
    return null
  }
}

/** Whether a JSON value is an object and not a list. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
