import type { Content } from '../../kit/actions.ts'
import { type UserError, userError } from '../interfaces/user-error.ts'

/** Longest text that is taken; providers take less or as much, and say so themselves. */
const MAX_TEXT = 65_536
const MAX_KEY = 200

/** A text that must say something. */
export function checkText(field: string, text: string): UserError | null {
  if (text.trim() === '') return userError('BAD_USER_INPUT', field, `${field}: expected some text, but it is empty`)
  if (text.length <= MAX_TEXT) return null
  return userError('BAD_USER_INPUT', field, `${field}: expected at most ${MAX_TEXT} letters, but got ${text.length}`)
}

/** An idempotency key, when one is given. */
export function checkKey(key: string | null | undefined): UserError | null {
  if (key == null || (key.trim() !== '' && key.length <= MAX_KEY)) return null
  return userError(
    'BAD_USER_INPUT',
    'idempotencyKey',
    `idempotencyKey: expected 1 to ${MAX_KEY} letters, but got ${key.length}`,
  )
}

/** Addresses of files, when any are given. */
export function checkUrls(field: string, urls: readonly string[]): UserError | null {
  const wrong = urls.find((url) => URL.parse(url)?.protocol !== 'https:')
  return wrong === undefined
    ? null
    : userError('BAD_USER_INPUT', field, `${field}: expected https addresses, but got ${wrong}`)
}

/** What a person wrote, as connectors take it. */
export const toContent = (input: {
  readonly body: string
  readonly attachmentUrls?: readonly string[] | null
}): Content => ({
  text: input.body,
  attachmentUrls: input.attachmentUrls ?? [],
})

/** The errors that there are. */
export const present = (...checks: readonly (UserError | null)[]): readonly UserError[] =>
  checks.filter((each) => each !== null)
