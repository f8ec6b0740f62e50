import type { ControlDeed } from '../control.ts'

/** Everything that changes what a Zendesk twin remembers, as JSON. */
export type Deed =
  | CallDeed
  | OAuthDeed
  | ControlDeed
  /** One step of an account's traffic. */
  | { readonly do: 'step'; readonly account: string }
  /** What time had brought was done, in all accounts. */
  | { readonly do: 'time' }
  | { readonly do: 'clock'; readonly offsetMs: number }

/** A call of the REST API that was let in and may change something. */
export interface CallDeed {
  readonly do: 'call'
  readonly account: string
  readonly base: string
  readonly method: string
  readonly path: string
  readonly query: string
  readonly body: Readonly<Record<string, unknown>>
  readonly sentBytes: number
  readonly contentType: string
  readonly userId: number
  readonly grantId: number | null
}

/** Somebody let an app in, or an app took what it was let in by. What is secret in it was chance. */
export interface OAuthDeed {
  readonly do: 'oauth'
  readonly account: string
  readonly act: OAuthAct
}

/** One of the steps that end in a grant. */
export type OAuthAct =
  | {
      readonly kind: 'allow'
      readonly code: string
      readonly userId: number
      readonly scopes: readonly string[]
      readonly redirectUri: string
      readonly challenge: string | null
    }
  | (GrantAct & { readonly kind: 'redeem'; readonly code: string })
  | (GrantAct & { readonly kind: 'refresh'; readonly refreshToken: string; readonly scopes: readonly string[] | null })

/** The tokens of a new grant, and how long they live, in seconds. */
export interface GrantAct {
  readonly token: string
  readonly newRefreshToken: string
  readonly expiresIn: number
  readonly refreshExpiresIn: number
}
