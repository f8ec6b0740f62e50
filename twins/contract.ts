import { readFile } from 'node:fs/promises'
import type { Document } from 'openapi-backend'
import type { ContractCheck } from './checks.ts'
import { tellCheck } from './checks.ts'
import { isRecord } from './exchange.ts'

/** One way an exchange broke the provider's published description. */
export interface Violation {
  readonly direction: 'request' | 'response'
  readonly method: string
  readonly path: string
  /** Null for a request. */
  readonly status: number | null
  readonly problems: readonly string[]
}

/** A request in the form the description speaks of. */
export interface ContractRequest {
  readonly method: string
  /** Percent-encoded, without the query. */
  readonly path: string
  readonly query: URLSearchParams
  /** Parsed; undefined when none was sent. */
  readonly body: unknown
}

/** How a provider's description is read. */
export interface ContractOptions {
  /** Whose description it is, in what is told of its checks. */
  readonly provider: string
  /** Applied before anything is compiled. */
  readonly amend: Amendment
  /** The component that error answers follow. */
  readonly errorSchema: string
}

/** How many requests and answers of described paths were held against a description. */
export interface CheckCount {
  readonly requests: number
  readonly responses: number
}

/** Compares exchanges with a provider's OpenAPI description. Paths it does not know have no problems. */
export interface Contract {
  checkRequest(request: ContractRequest): string[]
  /** An error status that is not described must still be the provider's error body. */
  checkResponse(request: ContractRequest, status: number, body: unknown): string[]
  checked(): CheckCount
}

/** Corrects a parsed description in place, where it is wrong or stricter than what it describes. */
export type Amendment = (document: Record<string, unknown>) => void

const anyErrorPath = '/__twin/any-error'

/**
 * Loads an OpenAPI 3.0 file.
 *
 * openapi-backend is needed for development only, so it is loaded here, when a twin is given a description.
 */
export async function loadContract(path: string, options: ContractOptions): Promise<Contract> {
  const { OpenAPIBackend } = await import('openapi-backend')
  const raw: unknown = JSON.parse(await readFile(path, 'utf8'))
  const document = amended(path, raw, options)
  const backend = new OpenAPIBackend({
    definition: document,
    quick: true,
    ajvOpts: { strict: false, validateFormats: false, logger: false },
  })
  await backend.init()
  const { validator } = backend
  const operationOf = (request: ContractRequest) =>
    backend.matchOperation({ method: request.method.toLowerCase(), path: request.path, headers: {} })
  const tally = { requests: 0, responses: 0 }
  const told = (direction: ContractCheck['direction'], { method, path: at }: ContractRequest, problems: string[]) => {
    tally[direction === 'request' ? 'requests' : 'responses'] += 1
    tellCheck({ provider: options.provider, direction, method, path: at, problems })
    return problems
  }
  return {
    checkRequest(request) {
      const operation = operationOf(request)
      if (!operation) return []
      if (!isPercentEncoded(request.path)) {
        return told('request', request, [`${request.path} is not percent-encoded`])
      }
      const checked = validator.validateRequest(
        {
          method: request.method.toLowerCase(),
          path: request.path,
          query: Object.fromEntries(request.query),
          headers: { 'content-type': 'application/json' },
          body: request.body,
        },
        operation,
      )
      return told('request', request, problemsOf(checked.errors))
    },
    checkResponse(request, status, body) {
      const operation = operationOf(request)
      if (!operation) return []
      const problems = (): string[] => {
        if (String(status) in (operation.responses ?? {})) {
          return problemsOf(validator.validateResponse(body, operation, status).errors)
        }
        if (status < 400) return [`status ${status} is not described`]
        return problemsOf(validator.validateResponse(body, 'anyError', 200).errors)
      }
      return told('response', request, problems())
    },
    checked: () => ({ ...tally }),
  }
}

/** Counts what was held against a description; none when there is no description. */
export function checksOf(contract: Contract | null): () => CheckCount {
  return () => contract?.checked() ?? { requests: 0, responses: 0 }
}

function amended(path: string, raw: unknown, options: ContractOptions): Document {
  if (!isRecord(raw)) throw new TypeError(`${path}: expected an OpenAPI document, but got no object`)
  options.amend(raw)
  amendForCompiler(raw)
  describeAnyError(raw, options.errorSchema)
  const parsed: unknown = raw
  return parsed as Document
}

/** A percent sign that begins no character is taken as it is by most servers, and by no description. */
function isPercentEncoded(path: string): boolean {
  return !/%(?![0-9A-Fa-f]{2})/.test(path)
}

interface Problem {
  readonly instancePath: string
  readonly message?: string | undefined
  readonly params?: unknown
}

function problemsOf(errors: readonly Problem[] | null | undefined): string[] {
  return (errors ?? []).map(
    (error) => `${error.instancePath || '/'} ${error.message ?? 'is wrong'} ${JSON.stringify(error.params ?? {})}`,
  )
}

/** Descriptions write `nullable` beside a reference, and enumerations without their null; the compiler wants both said. */
function amendForCompiler(node: unknown): void {
  if (Array.isArray(node)) {
    for (const item of node) amendForCompiler(item)
    return
  }
  if (!isRecord(node)) return
  for (const [key, value] of Object.entries(node)) {
    if (key !== 'example' && key !== 'examples' && key !== 'enum') amendForCompiler(value)
  }
  if (node['nullable'] === false) delete node['nullable']
  if (node['nullable'] !== true) return
  if (Array.isArray(node['enum']) && !node['enum'].includes(null)) node['enum'] = [...node['enum'], null]
  if (node['type'] !== undefined) return
  const { nullable: _nullable, ...rest } = node
  for (const key of Object.keys(node)) delete node[key]
  node['anyOf'] = [rest, { enum: [null] }]
}

function describeAnyError(document: Record<string, unknown>, schema: string): void {
  if (!isRecord(document['paths'])) throw new TypeError('an OpenAPI document has paths, but got none')
  const content = { 'application/json': { schema: { $ref: `#/components/schemas/${schema}` } } }
  document['paths'][anyErrorPath] = {
    get: { operationId: 'anyError', responses: { '200': { description: 'Any error', content } } },
  }
}
