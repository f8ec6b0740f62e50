import { ReplyError } from '../exchange.ts'

/** What is wrong with one field, in the words of the provider. */
export interface FieldError {
  readonly field: string
  readonly message: string
  readonly code: string
  readonly additional_info?: Readonly<Record<string, unknown>>
}

/** A request whose fields are wrong: 400, or 409 when a value is taken. Codes are those the reference lists. */
export function invalid(errors: readonly FieldError[], status: 400 | 409 = 400): ReplyError {
  const body = { description: 'Validation failed', errors }
  return new ReplyError({ status, json: body }, errors.map(({ field, message }) => `${field}: ${message}`).join('; '))
}

/** One field with a value it cannot have. */
export function invalidValue(field: string, message: string): ReplyError {
  return invalid([{ field, message, code: 'invalid_value' }])
}

/** One field that must be there and is not. */
export function missingField(field: string, message = 'Mandatory attribute missing'): ReplyError {
  return invalid([{ field, message, code: 'missing_field' }])
}

/** A value that somebody else has. The clash stands in `additional_info`; the provider's notes have that unconfirmed. */
export function taken(field: string, userId?: number): ReplyError {
  const error = { field, message: 'It should be a unique value', code: 'duplicate_value' }
  return invalid([userId === undefined ? error : { ...error, additional_info: { user_id: userId } }], 409)
}

/** No such record: a 404 without a body. */
export function notFound(): ReplyError {
  return new ReplyError({ status: 404 }, 'no such record')
}

/** An answer of a code and a message: 401, 403, 405 and the like. */
export function refusal(status: number, code: string, message: string, headers = {}): ReplyError {
  return new ReplyError({ status, json: { code, message }, headers }, message)
}

/** The agent may not do this. */
export function accessDenied(): ReplyError {
  return refusal(403, 'access_denied', 'You are not authorized to perform this action.')
}

/** What may not be changed as it stands: a deleted or spam ticket, a deleted contact. Source: the reference's changelog of April 2016. */
export function notAllowedNow(method: string, allowed: readonly string[]): ReplyError {
  const methods = allowed.join(', ')
  const message = `${method} method is not allowed. It should be one of these method(s): ${methods}`
  return refusal(405, 'method_not_allowed', message, { Allow: methods })
}
