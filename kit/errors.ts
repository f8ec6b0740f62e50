import type { Recovery } from '../store/errors.ts'

/** Stable codes of provider faults; documented in `docs/errors.md`. */
export type ProviderErrorCode =
  | 'PROVIDER_UNAVAILABLE'
  | 'RATE_LIMITED'
  | 'CREDENTIAL_REFUSED'
  | 'PROVIDER_REJECTED'
  | 'PROVIDER_NOT_FOUND'
  | 'PROVIDER_MALFORMED'
  | 'OUTCOME_UNKNOWN'
  | 'SIGNATURE_INVALID'
  | 'UNSUPPORTED'
  | 'AUTHORIZATION_DENIED'
  | 'AUTHORIZATION_STALE'

/** Something went wrong at, or on the way to, a provider. The class says what to do about it. */
export abstract class ProviderError extends Error {
  abstract readonly recovery: Recovery
  abstract readonly code: ProviderErrorCode

  constructor(
    readonly provider: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(`${provider}: ${message}`, options)
    this.name = new.target.name
  }
}

/** The provider did not answer, or answered 5xx. Nothing is known to have happened; asking again is safe when the call was. */
export class UnavailableError extends ProviderError {
  readonly recovery = 'retry'
  readonly code = 'PROVIDER_UNAVAILABLE'
  constructor(
    provider: string,
    message: string,
    readonly retryAt: Date | null,
    options?: ErrorOptions,
  ) {
    super(provider, message, options)
  }
}

/** The account's quota is used up until `retryAt`. */
export class RateLimitedError extends ProviderError {
  readonly recovery = 'retry'
  readonly code = 'RATE_LIMITED'
  constructor(
    provider: string,
    message: string,
    readonly retryAt: Date,
    options?: ErrorOptions,
  ) {
    super(provider, message, options)
  }
}

/** The credential is refused; only a person can mend that, by reconnecting. */
export class CredentialError extends ProviderError {
  readonly recovery = 'reconnect'
  readonly code = 'CREDENTIAL_REFUSED'
}

/** The provider understood and refused. `field` is what was wrong: a word of the contract's inputs (`type`, `status`, `attachmentUrls`) or the provider's own name; null when none is named. */
export class RejectedError extends ProviderError {
  readonly recovery = 'correct'
  readonly code = 'PROVIDER_REJECTED'
  constructor(
    provider: string,
    message: string,
    readonly field: string | null,
    /** The provider's own words, safe to show to whoever asked. */
    readonly reason: string,
    options?: ErrorOptions,
  ) {
    super(provider, message, options)
  }
}

/** What was asked for is not there. */
export class NotFoundError extends ProviderError {
  readonly recovery = 'skip'
  readonly code = 'PROVIDER_NOT_FOUND'
}

/** The answer is not what the provider promises: not JSON, or without a field it always has. */
export class MalformedError extends ProviderError {
  readonly recovery = 'skip'
  readonly code = 'PROVIDER_MALFORMED'
}

/** A write went out and no answer came: it may or may not have happened. Look at the provider before trying again. */
export class OutcomeUnknownError extends ProviderError {
  readonly recovery = 'look'
  readonly code = 'OUTCOME_UNKNOWN'
}

/** A delivery whose signature does not match, is missing, or is too old. */
export class SignatureError extends ProviderError {
  readonly recovery = 'stop'
  readonly code = 'SIGNATURE_INVALID'
}

/** This provider cannot do what was asked, and never could. */
export class UnsupportedError extends ProviderError {
  readonly recovery = 'stop'
  readonly code = 'UNSUPPORTED'
}

/** The person answered no when the provider asked whether to connect. */
export class AuthorizationDeniedError extends ProviderError {
  readonly recovery = 'stop'
  readonly code = 'AUTHORIZATION_DENIED'
}

/** An authorization came back that was not begun here, or was begun too long ago: begin again. */
export class AuthorizationStaleError extends ProviderError {
  readonly recovery = 'correct'
  readonly code = 'AUTHORIZATION_STALE'
}
