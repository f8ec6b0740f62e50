import type { ControlDeed } from '../control.ts'
import type { SentFile } from './form.ts'

/** Everything that changes what a Freshdesk twin remembers, as JSON. */
export type Deed =
  | CallDeed
  | ControlDeed
  /** One step of an account's traffic. */
  | { readonly do: 'step'; readonly account: string }
  /** What time had brought was done, in all accounts. */
  | { readonly do: 'time' }
  | { readonly do: 'clock'; readonly offsetMs: number }
  /** Somebody guessed an agent's password, and not well. */
  | { readonly do: 'guess'; readonly account: string; readonly agentId: number }
  /** An agent has another key. */
  | { readonly do: 'key'; readonly account: string; readonly agentId: number; readonly key: string }

/** A call of the REST API that was let in and may change something. */
export interface CallDeed {
  readonly do: 'call'
  readonly account: string
  readonly method: string
  readonly path: string
  readonly query: string
  readonly body: Readonly<Record<string, unknown>>
  readonly files: readonly SentFile[]
  readonly agentId: number
}
