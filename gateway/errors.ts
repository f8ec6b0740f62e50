import { GraphQLError } from 'graphql'

/**
 * Every code a client can meet in `errors[].extensions.code`, and what it means.
 *
 * The list is closed: an error with any other code, or none, is shown as INTERNAL_SERVER_ERROR.
 */
export const ERROR_CODES = {
  UNAUTHENTICATED: 'No valid token came with the request, or it has ended.',
  UNAUTHORIZED_FIELD_OR_TYPE:
    'The token does not let its viewer see this field, or the type of its value; only it is null.',
  FORBIDDEN: "The viewer's role does not allow this.",
  BAD_USER_INPUT: 'A variable or an argument is not acceptable.',
  BAD_REQUEST: 'The HTTP request is not a GraphQL request.',
  NOT_FOUND: 'What was asked for does not exist, or is not visible to the viewer.',
  NOT_CONFIGURED: 'Something has to be set up before this can be answered; the message says what.',
  PROVIDER_UNAVAILABLE: 'A provider did not answer or refused; only its branch is null.',
  FELL_BEHIND:
    'Events came faster than they were read or completed, so they ended here, without a gap; subscribe again from the last cursor.',
  SUBSCRIPTION_NO_LONGER_VALID:
    'The schema has changed and the subscription no longer fits it; correct it and subscribe again.',
  RATE_LIMITED: 'Too much was asked in too short a time; try later.',
  SUBGRAPH_UNAVAILABLE: 'A subgraph could not be reached; only its branch is null.',
  SUBGRAPH_ANSWER_INVALID: 'A subgraph answered something its schema does not allow.',
  TIMEOUT: 'The operation took longer than it may.',
  DATABASE_UNAVAILABLE: 'The store could not be reached.',
  GRAPHQL_PARSE_FAILED: 'The operation is not GraphQL.',
  GRAPHQL_VALIDATION_FAILED: 'The operation does not fit the schema.',
  OPERATION_RESOLUTION_FAILURE: 'Which of the operations to run was not said.',
  OPERATION_TOO_COMPLEX: 'The operation asks for more than one operation may.',
  OPERATION_NOT_PLANNED: 'The operation is valid, but no plan over the subgraphs answers it.',
  OPERATION_NOT_LISTED: 'Only the operations of a list run here, and this is none of them.',
  INCREMENTAL_DELIVERY_UNSUPPORTED: 'The operation uses @defer or @stream, and answers come whole here.',
  PERSISTED_QUERY_NOT_FOUND: 'No operation is known by this id; send its text.',
  PERSISTED_QUERY_NOT_SUPPORTED: 'Operations are not known by ids here; send the text.',
  EXPORT_NOT_ONE_LIST: 'An export is of one list in pages, and the operation asks for something else, or for more.',
  EXPORT_QUERY_ONLY: 'Only a query is exported.',
  EXPORT_FORWARDS_ONLY: 'A list is exported forwards, and the operation asks for it from its end.',
  EXPORT_NAME_TAKEN: 'A row has a name by which an export tells what is wrong.',
  EXPORT_FORMAT_UNKNOWN: 'An export is NDJSON or CSV, and neither was asked for.',
  EXPORT_LIST_NULL: 'The list to export is null.',
  EXPORT_NO_LONGER_VALID: 'The schema has changed meanwhile, and the exported operation no longer fits it.',
  EXPORT_INTERRUPTED: 'The process that exported is about to end.',
  INTERNAL_SERVER_ERROR: 'Something unexpected; the request id finds it in the log.',
} as const

/** One of the codes of {@link ERROR_CODES}. */
export type ErrorCode = keyof typeof ERROR_CODES

/** True for a code of the closed list. */
export function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(ERROR_CODES, code)
}

/** Codes a subgraph may speak for itself; the others describe our own conversation with it and are masked. */
const SUBGRAPH_CODES: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'BAD_USER_INPUT',
  'FELL_BEHIND',
  'NOT_FOUND',
  'NOT_CONFIGURED',
  'PROVIDER_UNAVAILABLE',
  'RATE_LIMITED',
  'SUBGRAPH_UNAVAILABLE',
  'SUBGRAPH_ANSWER_INVALID',
  'TIMEOUT',
  'DATABASE_UNAVAILABLE',
])

/** What an error of {@link gatewayError} may carry besides its code and message. */
export interface GatewayErrorDetail {
  readonly path?: readonly (string | number)[] | undefined
  readonly extensions?: Readonly<Record<string, unknown>>
  readonly cause?: unknown
}

/** Makes an error whose message is meant for the client. */
export function gatewayError(code: ErrorCode, message: string, detail: GatewayErrorDetail = {}): GraphQLError {
  return new GraphQLError(message, {
    path: detail.path ?? null,
    extensions: { ...detail.extensions, code },
    originalError: detail.cause instanceof Error ? detail.cause : null,
  })
}

/** A subgraph could not be asked, or what it answered is no GraphQL answer. Its message names the subgraph and is fit for clients. */
export class SubgraphError extends Error {
  readonly code: ErrorCode

  constructor(
    code: 'SUBGRAPH_UNAVAILABLE' | 'SUBGRAPH_ANSWER_INVALID' | 'TIMEOUT' | 'FELL_BEHIND',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options)
    this.name = 'SubgraphError'
    this.code = code
  }
}

/** Hands an error that clients may not see to the log, whole. */
export type ReportError = (error: unknown, requestId: string) => void

/** For whom errors are made presentable: the request they belong to and where masked ones are reported. */
export interface ErrorAudience {
  readonly requestId: string
  readonly report: ReportError
}

/** The code under which the client sees an error: its own when it may have that, else INTERNAL_SERVER_ERROR. */
export function shownCode({ extensions: { code, serviceName } }: GraphQLError): ErrorCode {
  const isOurs = isErrorCode(code) && (serviceName === undefined || SUBGRAPH_CODES.has(code))
  return isOurs ? code : 'INTERNAL_SERVER_ERROR'
}

/**
 * Turns an error into what the client sees.
 *
 * An error with a code of the closed list keeps its message, path and extensions (never a stack trace, and never HTTP
 * instructions); when it came from a subgraph the code must be one that a subgraph may use. Any other error is
 * reported whole and becomes "Internal server error" with the request id.
 */
export function presentError(error: GraphQLError, audience: ErrorAudience): GraphQLError {
  const { stacktrace: _stacktrace, http: _http, ...extensions } = error.extensions
  const { serviceName } = extensions
  const { path, positions, source } = error
  const code = shownCode(error)
  if (code === 'OPERATION_NOT_PLANNED') audience.report(error, audience.requestId)
  if (code !== 'INTERNAL_SERVER_ERROR') {
    return new GraphQLError(error.message, { path, positions, source, extensions })
  }
  audience.report(error, audience.requestId)
  return new GraphQLError('Internal server error', {
    path,
    extensions: {
      code: 'INTERNAL_SERVER_ERROR',
      requestId: audience.requestId,
      ...(typeof serviceName === 'string' && { serviceName }),
    },
  })
}

/** Turns whatever was thrown into a GraphQLError, unworded: {@link presentError} masks it. */
export function toGraphQLError(error: unknown): GraphQLError {
  if (error instanceof GraphQLError) return error
  const originalError = error instanceof Error ? error : new Error(String(error))
  return new GraphQLError(originalError.message, { originalError })
}
