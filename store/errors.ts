/** What the engine does about a fault: each error class has exactly one. */
export type Recovery = 'retry' | 'reconnect' | 'correct' | 'skip' | 'look' | 'stop'

/** Stable codes of faults of the store; documented in `docs/errors.md`. */
export type StoreErrorCode =
  | 'DATABASE_UNAVAILABLE'
  | 'TIMEOUT'
  | 'BAD_USER_INPUT'
  | 'NOT_FOUND'
  | 'IDEMPOTENCY_KEY_REUSED'
  | 'VAULT_SEALED'
  | 'ASSERTION_REFUSED'
  | 'EMBEDDED_DATABASE'
  | 'DATABASE_ROLE'

/** Something went wrong in, or on the way to, the database. The class says what to do about it. */
export abstract class StoreError extends Error {
  abstract readonly recovery: Recovery
  abstract readonly code: StoreErrorCode

  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = new.target.name
  }

  /** What GraphQL servers carry of an error beside its message. */
  get extensions(): Readonly<Record<string, unknown>> {
    return { code: this.code }
  }
}

/** The database does not answer. What was asked may be asked again; a write may or may not have happened. */
export class DatabaseUnavailableError extends StoreError {
  readonly recovery = 'retry'
  readonly code = 'DATABASE_UNAVAILABLE'
}

/** A statement ran into its deadline. */
export class QueryTimeoutError extends StoreError {
  readonly recovery = 'correct'
  readonly code = 'TIMEOUT'
}

/** A page cursor that is none of ours, or was made for another list or order. */
export class BadCursorError extends StoreError {
  readonly recovery = 'correct'
  readonly code = 'BAD_USER_INPUT'
}

/** No integration has that id: it never existed, or belongs to another workspace. */
export class IntegrationNotFoundError extends StoreError {
  readonly recovery = 'stop'
  readonly code = 'NOT_FOUND'
  readonly integrationId: string

  constructor(integrationId: string) {
    super(`no integration has the id ${integrationId}`)
    this.integrationId = integrationId
  }
}

/** The integration was disconnected: nothing more may be stored for it. */
export class IntegrationClosedError extends StoreError {
  readonly recovery = 'stop'
  readonly code = 'NOT_FOUND'
  readonly integrationId: string

  constructor(integrationId: string) {
    super(`integration ${integrationId} is disconnected; nothing more is stored for it`)
    this.integrationId = integrationId
  }
}

/** Whether an error says that the integration was disconnected or erased. */
export const saysIntegrationEnded = (error: unknown): boolean =>
  error instanceof IntegrationNotFoundError || error instanceof IntegrationClosedError

/** The row that was asked for by id is not there. */
export class RowNotFoundError extends StoreError {
  readonly recovery = 'stop'
  readonly code = 'NOT_FOUND'
}

/** An idempotency key came again with something else to do. */
export class IdempotencyKeyReusedError extends StoreError {
  readonly recovery = 'correct'
  readonly code = 'IDEMPOTENCY_KEY_REUSED'
}

/** More rows than may be changed at once. */
export class TooManyRowsError extends StoreError {
  readonly recovery = 'correct'
  readonly code = 'BAD_USER_INPUT'

  constructor(most: number) {
    super(`expected at most ${most.toLocaleString('en')} rows, but there are more; narrow it down`)
  }
}

/** A secret cannot be opened: its key is not in the keyring, it was changed, or it belongs elsewhere. */
export class VaultError extends StoreError {
  readonly recovery = 'stop'
  readonly code = 'VAULT_SEALED'
}

/** An assertion of a viewer that is not ours, was changed, or has ended. */
export class AssertionError extends StoreError {
  readonly recovery = 'stop'
  readonly code = 'ASSERTION_REFUSED'
}

/** The embedded PostgreSQL cannot be started. The message is a sentence that says what to do. */
export class EmbeddedDatabaseError extends StoreError {
  readonly recovery = 'stop'
  readonly code = 'EMBEDDED_DATABASE'
}

/** Another process uses the embedded PostgreSQL of this folder. */
export class EmbeddedDatabaseInUseError extends EmbeddedDatabaseError {}

/** The database role that row-level security stands on is missing or too strong. The message says what to run. */
export class DatabaseRoleError extends StoreError {
  readonly recovery = 'stop'
  readonly code = 'DATABASE_ROLE'
}
