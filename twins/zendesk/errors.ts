import { ReplyError } from '../exchange.ts'

/** What is wrong with one field, in the words of the provider. */
export interface FieldError {
  readonly description: string
  readonly error?: string
}

/** Fields by name; `base` is the record itself. */
export type FieldErrors = Readonly<Record<string, readonly FieldError[]>>

/** The most common form: a code and a sentence. */
export function refusal(status: number, error: string, description: string, headers = {}): ReplyError {
  return new ReplyError({ status, json: { error, description }, headers }, description)
}

/** No such record: 404. */
export function notFound(): ReplyError {
  return refusal(404, 'RecordNotFound', 'Not found')
}

/** Fields that cannot be as they were sent: 422. */
export function invalid(details: FieldErrors): ReplyError {
  const description = 'Record validation errors'
  const json = { error: 'RecordInvalid', description, details }
  const said = Object.values(details).flatMap((errors) => errors.map((error) => error.description))
  return new ReplyError({ status: 422, json }, said.join('; '))
}

/** One field with a value it cannot have. */
export function invalidField(field: string, description: string, error = 'InvalidValue'): ReplyError {
  return invalid({ [field]: [{ description, error }] })
}

/** A query that cannot be: 400. The text of most is not confirmed by a source. */
export function badQuery(error: string, description: string): ReplyError {
  return refusal(400, error, description)
}

/** The caller may not: 403. */
export function forbidden(message = 'You do not have access to this page.'): ReplyError {
  const error = {
    title: 'Forbidden',
    message: `${message} Please contact the account owner of this help desk for further help.`,
  }
  return new ReplyError({ status: 403, json: { error } }, message)
}

/** Nobody the account knows: 401. */
export function notAuthenticated(): ReplyError {
  return new ReplyError({ status: 401, json: { error: "Couldn't authenticate you" } }, 'unknown credentials')
}

/** A token that is no longer, or never was: 401. Source: the provider's notes. */
export function invalidToken(): ReplyError {
  const error_description = 'The access token provided is expired, revoked, malformed or invalid for other reasons.'
  return new ReplyError({ status: 401, json: { error: 'invalid_token', error_description } }, 'invalid token')
}

/** Answers of the webhook API have a form of their own. */
export function webhookError(status: number, code: string, title: string): ReplyError {
  return new ReplyError({ status, json: { errors: [{ code, title, detail: title }] } }, title)
}
