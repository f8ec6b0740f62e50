import { Directive, Field, ObjectType, registerEnumType } from 'type-graphql'
import { GraphQLDateTimeISO } from 'graphql-scalars'
import { toldOfField } from '../../kit/told.ts'

/** Why something that was asked for was not done. A closed list; `docs/errors.md` says what to do about each. */
export const UserErrorCode = {
  BAD_USER_INPUT: 'BAD_USER_INPUT',
  NOT_FOUND: 'NOT_FOUND',
  INTEGRATION_INACTIVE: 'INTEGRATION_INACTIVE',
  IDEMPOTENCY_KEY_REUSED: 'IDEMPOTENCY_KEY_REUSED',
  IN_PROGRESS: 'IN_PROGRESS',
  UNSUPPORTED: 'UNSUPPORTED',
  NOT_CONFIGURED: 'NOT_CONFIGURED',
  AUTHORIZATION_DENIED: 'AUTHORIZATION_DENIED',
  AUTHORIZATION_STALE: 'AUTHORIZATION_STALE',
  PROVIDER_REJECTED: 'PROVIDER_REJECTED',
  PROVIDER_NOT_FOUND: 'PROVIDER_NOT_FOUND',
  PROVIDER_UNAVAILABLE: 'PROVIDER_UNAVAILABLE',
  PROVIDER_MALFORMED: 'PROVIDER_MALFORMED',
  RATE_LIMITED: 'RATE_LIMITED',
  CREDENTIAL_REFUSED: 'CREDENTIAL_REFUSED',
  OUTCOME_UNKNOWN: 'OUTCOME_UNKNOWN',
  CANCELLED: 'CANCELLED',
} as const
export type UserErrorCodeName = keyof typeof UserErrorCode
registerEnumType(UserErrorCode, {
  name: 'UserErrorCode',
  description: 'Why something that was asked for was not done.',
})

@Directive('@shareable')
@ObjectType('UserError', {
  simpleResolvers: true,
  description: 'Why a mutation did not do what was asked, in words for whoever asked.',
})
export class UserError {
  @Field(() => String, {
    nullable: true,
    description: 'The field of `input` that is at fault; null when it is none of them.',
  })
  readonly field!: string | null

  @Field(() => String)
  readonly message!: string

  @Field(() => UserErrorCode)
  readonly code!: UserErrorCodeName

  @Field(() => GraphQLDateTimeISO, { nullable: true, description: 'When it makes sense to try again.' })
  readonly retryAt!: Date | null
}

/** A user error about a field of the input. */
export function userError(code: UserErrorCodeName, field: string | null, message: string): UserError {
  return { code, field, message, retryAt: null }
}

/** What a provider's fault means for whoever asked; rethrows what is no provider's fault. */
export const fromProviderError = (error: unknown, field: string | null): UserError => toldOfField(error, field)
