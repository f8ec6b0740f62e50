import type { Content } from '../../kit/actions.ts'
import { type ActingInput, MAX_WAIT_MS } from './input.ts'
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

/** What no text of PostgreSQL can hold: NUL, and halves of surrogate pairs. */
const UNSTORABLE = /[\0\p{Surrogate}]/u

/** Whether every text in an input can be put on record; names the first field in which one cannot. */
export function checkLetters(input: object): UserError | null {
  const wrong = Object.entries(input).find(([, value]) => hasUnstorable(value))
  if (wrong === undefined) return null
  const [field] = wrong
  return userError(
    'BAD_USER_INPUT',
    field,
    `${field}: expected text, but it holds a letter that is none (NUL, or half of one)`,
  )
}

function hasUnstorable(value: unknown): boolean {
  if (typeof value === 'string') return UNSTORABLE.test(value)
  if (typeof value !== 'object' || value === null) return false
  return Object.entries(value).some(([key, each]) => UNSTORABLE.test(key) || hasUnstorable(each))
}

/** How long to wait, when it is given. */
export function checkWait(waitMs: number | null | undefined): UserError | null {
  if (waitMs == null || (waitMs >= 0 && waitMs <= MAX_WAIT_MS)) return null
  return userError('BAD_USER_INPUT', 'waitMs', `waitMs: expected 0 to ${MAX_WAIT_MS}, but got ${waitMs}`)
}

/** Addresses of files, when any are given. */
export function checkUrls(field: string, urls: readonly string[]): UserError | null {
  const wrong = urls.find((url) => URL.parse(url)?.protocol !== 'https:')
  return wrong === undefined
    ? null
    : userError('BAD_USER_INPUT', field, `${field}: expected https addresses, but got ${wrong}`)
}

/** Labels, when any are given. */
export const checkTags = (tags: readonly string[] | null | undefined): UserError | null =>
  (tags ?? []).every((tag) => tag.trim() !== '')
    ? null
    : userError('BAD_USER_INPUT', 'tags', 'tags: expected names, but one is empty')

/** E-mail addresses, when any are given: that they look like some. Which exist, only the provider can say. */
export function checkAddresses(field: string, addresses: readonly (string | null | undefined)[]): UserError | null {
  const wrong = addresses.find((address) => address != null && !/^[^\s@]+@[^\s@]+$/.test(address))
  return wrong === undefined
    ? null
    : userError('BAD_USER_INPUT', field, `${field}: expected an e-mail address, but got ${JSON.stringify(wrong)}`)
}

/**
 * An input that changes a record: what is left out stays, and null empties what can be empty.
 *
 * @param of.record the field that says which record it is
 * @param of.emptied the fields that can be empty
 */
export function checkChange<Input extends ActingInput>(
  input: Input,
  { record, emptied }: { readonly record: keyof Input & string; readonly emptied: readonly (keyof Input & string)[] },
): readonly UserError[] {
  const apart: readonly string[] = [record, 'agentId', 'idempotencyKey']
  const said = Object.entries(input).filter(([field, value]) => value !== undefined && !apart.includes(field))
  if (said.length === 0) return [userError('BAD_USER_INPUT', null, 'nothing is to change: give at least one field')]
  return said
    .filter(([field, value]) => value === null && !emptied.some((each) => each === field))
    .map(([field]) => userError('BAD_USER_INPUT', field, `${field}: cannot be empty; leave it out to keep it`))
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
