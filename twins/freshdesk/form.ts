import type { TwinRequest } from '../exchange.ts'
import { isRecord } from '../exchange.ts'
import type { Body, FieldRules } from './check.ts'
import { refusal } from './errors.ts'

/** A file of a multipart form; what is in it is not kept. */
export interface SentFile {
  readonly name: string
  readonly contentType: string
  readonly size: number
}

/** A body as it was meant. */
export interface SentBody {
  readonly body: Record<string, unknown>
  readonly files: readonly SentFile[]
}

const nothing: SentBody = { body: {}, files: [] }

/**
 * Reads a body: JSON, or a multipart form, whose names say where a value belongs (`custom_fields[cf_x]`, `tags[]`).
 *
 * @throws 415 another content type, 400 JSON that is none
 */
export async function readBody(request: TwinRequest): Promise<SentBody> {
  const type = request.headers['content-type']
  if (request.bytes.length === 0) return nothing
  if (type?.startsWith('multipart/form-data') === true) return readForm(request.bytes, type)
  // The code and text of this answer are recalled, not confirmed by a source.
  if (type !== undefined && !/^application\/json\b/i.test(type)) {
    const message = `Content-Type header is set to ${type}. It should be set to application/json`
    throw refusal(415, 'invalid_content_type', message)
  }
  try {
    const parsed: unknown = JSON.parse(request.body)
    if (isRecord(parsed)) return { body: parsed, files: [] }
  } catch {
    // Whatever is wrong with it, the answer is the same.
  }
  throw refusal(400, 'invalid_json', 'Request body has invalid json format')
}

async function readForm(bytes: Uint8Array<ArrayBuffer>, type: string): Promise<SentBody> {
  const form = await new Response(bytes, { headers: { 'Content-Type': type } }).formData().catch(() => {
    throw refusal(400, 'invalid_json', 'Request body is no multipart form')
  })
  const body: Record<string, unknown> = {}
  const files: SentFile[] = []
  for (const [name, value] of form) {
    if (typeof value === 'string') put(body, name, value)
    else files.push({ name: value.name, contentType: value.type || 'application/octet-stream', size: value.size })
  }
  return { body, files }
}

function put(body: Record<string, unknown>, name: string, value: string): void {
  const [, key = name, inner] = /^([^[\]]+)\[([^[\]]*)\]$/.exec(name) ?? []
  const before = body[key]
  if (inner === undefined) body[key] = value
  else if (inner === '') body[key] = [...(Array.isArray(before) ? before : []), value]
  else body[key] = { ...(isRecord(before) ? before : {}), [inner]: value }
}

/** A form knows only text: its values as what the rules expect of them. What does not look so stays text, and is refused as such. */
export function typed(body: Body, rules: FieldRules): Record<string, unknown> {
  const entries = Object.entries(body).map(([name, value]): [string, unknown] => {
    const kind = rules[name]?.kind
    if (kind === 'integer') return [name, integerOf(value)]
    if (kind === 'boolean') return [name, value === 'true' ? true : value === 'false' ? false : value]
    return [name, kind === 'integers' && Array.isArray(value) ? value.map(integerOf) : value]
  })
  return Object.fromEntries(entries)
}

function integerOf(value: unknown): unknown {
  return typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value
}
