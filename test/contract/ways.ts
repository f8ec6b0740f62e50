import type { OAuthApp } from '../../kit/oauth.ts'

/** How a person connects an account, by one of a connector's auth methods. */
export type Way = TypedWay | ConsentWay

/** By typing in what the method's fields ask for. */
export interface TypedWay {
  readonly kind: 'fields'
  /** Right values, by field name. */
  readonly values: Readonly<Record<string, string>>
}

/** By allowing our app to. */
export interface ConsentWay {
  readonly kind: 'oauth2'
  readonly app: OAuthApp
  /** Right values of the method's fields, by field name; empty where it has none. */
  readonly values: Readonly<Record<string, string>>
  /** Whether a refresh ends both tokens that it was asked with. */
  readonly rotates: boolean
  /** A person opens the authorization page and answers; the address that they are sent back to. */
  decide(authorizationUrl: string, answer: 'allow' | 'deny'): Promise<URL>
}
