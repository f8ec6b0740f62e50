import type { GraphQLError, GraphQLFormattedError } from 'graphql'
import { presentError, type ErrorAudience } from '../errors.ts'
import type { Data } from '../execute/data.ts'
import type { OperationResult } from '../execute/run.ts'

/** An answer as a client sees it. */
export interface Payload {
  readonly data?: Data | null
  readonly errors?: readonly GraphQLFormattedError[]
  readonly extensions?: Readonly<Record<string, unknown>>
}

/** Makes errors fit for clients, and plain. */
export function toPlainErrors(errors: readonly GraphQLError[], audience: ErrorAudience): GraphQLFormattedError[] {
  return errors.map((error) => presentError(error, audience).toJSON())
}

/** Gives an answer the form in which every transport carries it. */
export function toPayload({ data, errors, extensions }: OperationResult, audience: ErrorAudience): Payload {
  return {
    ...(data !== undefined && { data }),
    ...(errors && { errors: toPlainErrors(errors, audience) }),
    ...(extensions && { extensions }),
  }
}
