import type { Contract, Violation } from './contract.ts'
import type { TwinReply, TwinRequest } from './exchange.ts'

/** What exchanges are held against, and where it is noted when they do not fit. */
export interface Conformity {
  readonly violations: Violation[]
  readonly contract: Contract | null
  readonly log: (line: string) => void
}

/** A request, and its path as the description has it. */
export interface Described {
  readonly request: TwinRequest
  readonly path: string
}

/** A request that is not as described is noted; what it is answered is the twin's own business, as it would be the real one's. */
export function noteRequest(parts: Conformity, addressed: Described, body: Record<string, unknown>): void {
  const { request, path } = addressed
  const { method, query } = request
  const isForm = request.headers['content-type']?.startsWith('multipart/') === true
  if (isForm) return
  const problems =
    parts.contract?.checkRequest({ method, path, query, body: request.body === '' ? undefined : body }) ?? []
  if (problems.length > 0) note(parts, addressed, { direction: 'request', status: null, problems })
}

/** An answer that is not as described must not pass for one: it becomes a 500 that says so. */
export function checked(parts: Conformity, addressed: Described, reply: TwinReply): TwinReply {
  if (!parts.contract || reply.json === undefined) return reply
  const { request, path } = addressed
  const sent: unknown = JSON.parse(JSON.stringify(reply.json))
  const asked = { method: request.method, path, query: request.query, body: undefined }
  const problems = parts.contract.checkResponse(asked, reply.status, sent)
  if (problems.length === 0) return reply
  note(parts, addressed, { direction: 'response', status: reply.status, problems })
  return {
    status: 500,
    json: { code: 'server_error', message: `The twin's answer is not as described: ${problems.join('; ')}` },
  }
}

function note(
  { violations, log }: Conformity,
  { request, path }: Described,
  found: { direction: 'request' | 'response'; status: number | null; problems: readonly string[] },
): void {
  violations.push({ ...found, method: request.method, path })
  log(`${found.direction} violates the contract: ${request.method} ${path}: ${found.problems[0]}`)
}
