import { randomUUID } from 'node:crypto'
import { ReplyError } from '../exchange.ts'

/**
 * An `error.list` answer to throw. The request id is added when it is sent.
 *
 * Codes and texts follow the published description where it has an example, and providers' notes otherwise.
 */
export function apiError(
  status: number,
  code: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): ReplyError {
  const body = { type: 'error.list', request_id: randomUUID(), errors: [{ code, message, field: null }] }
  return new ReplyError({ status, json: body, headers }, message)
}

/** A parameter that is there and wrong. */
export function invalid(message: string): ReplyError {
  return apiError(400, 'parameter_invalid', message)
}

/** A parameter that has to be there. */
export function missing(name: string): ReplyError {
  return apiError(400, 'parameter_not_found', `${name} is a required parameter`)
}
