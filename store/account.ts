/** One account at the provider, as the provider describes it. */
export interface Account {
  /** The provider's id of the account: what a webhook delivery names. */
  readonly id: string
  readonly name: string
  readonly region: string | null
  /** The agent in whose name the credential acts, by remote id; null where there is none. */
  readonly actorRemoteId: string | null
}

/** What lets us act: kept encrypted, handed only to `Api.sign`. */
export interface Credential {
  readonly accessToken: string | null
  readonly refreshToken: string | null
  /** By the clock of this process. */
  readonly expiresAt: Date | null
  /** Values of a `FieldsMethod`, by field name. */
  readonly fields: Readonly<Record<string, string>>
}

/** What is known of an integration and is no secret: region, domain, acting agent, … */
export interface Settings {
  /** Overrides the provider's base URL (twins, mock servers); null in production. */
  readonly baseUrl: string | null
  readonly region: string | null
  readonly domain: string | null
  /** The remote id of the agent in whose name actions are done when the caller names none. */
  readonly actorRemoteId: string | null
}
