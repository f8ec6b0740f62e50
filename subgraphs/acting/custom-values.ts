import { Field, InputType } from 'type-graphql'
import { GraphQLJSON } from 'graphql-scalars'
import type { CustomValues } from '../../kit/actions.ts'
import type { Json } from '../../store/kinds.ts'
import { type UserError, userError } from '../interfaces/user-error.ts'

/** One of the account's own fields, and what it is to hold. */
@InputType()
export class CustomFieldInput {
  @Field(() => String, { description: 'The field’s `key`, as `customFields` tells it.' })
  readonly key!: string

  @Field(() => GraphQLJSON, { nullable: true, description: 'What it is to hold; null, or none, empties it.' })
  readonly value?: Json
}

/** Custom fields, when any are given: each by its key, and once. */
export function checkCustomFields(fields: readonly CustomFieldInput[] | null | undefined): UserError | null {
  const keys = (fields ?? []).map((field) => field.key)
  const wrong = keys.find((key, n) => key.trim() === '' || keys.indexOf(key) !== n)
  if (wrong === undefined) return null
  const what = wrong.trim() === '' ? 'one has an empty key' : `"${wrong}" is given twice`
  return userError('BAD_USER_INPUT', 'customFields', `customFields: expected each field once, by its key, but ${what}`)
}

/** The account's own fields that are to be set, as connectors take them; undefined for none. */
export const toCustomValues = (fields: readonly CustomFieldInput[] | null | undefined): CustomValues | undefined =>
  fields == null ? undefined : Object.fromEntries(fields.map(({ key, value }) => [key, value ?? null]))
