import type { ControlDeed } from '../control.ts'
import type { Recorder } from '../recorder.ts'
import { isAnyDue, wakeSnoozed } from './acts/states.ts'
import type { SavedTwin } from './saved.ts'
import type { World } from './world.ts'

/** Everything that changes what an Intercom twin remembers, as JSON. */
export type Deed =
  | CallDeed
  | ControlDeed
  /** One step of the traffic. */
  | { readonly do: 'step' }
  /** What had slept long enough was woken. */
  | { readonly do: 'wake' }
  | { readonly do: 'clock'; readonly offsetMs: number }
  /** Somebody allowed the app in. */
  | { readonly do: 'allow'; readonly code: string; readonly adminId: string }
  /** The app made a token of its code. */
  | { readonly do: 'install'; readonly code: string; readonly token: string }
  /** One token, or all of them, ended. */
  | { readonly do: 'revoke'; readonly token: string | null }
  | { readonly do: 'subscribe'; readonly url: string | null; readonly topics: readonly string[] | null }

/** A call of the REST API that was let in and may change something. */
export interface CallDeed {
  readonly do: 'call'
  readonly method: string
  readonly path: string
  readonly query: string
  readonly body: Readonly<Record<string, unknown>>
  /** Who the token acted as. */
  readonly adminId: string
}

/** Wakes what has slept long enough, and writes it down if there is anything. */
export function wakeDue(world: World, recorder: Recorder<SavedTwin, Deed>): void {
  if (isAnyDue(world)) recorder.record({ do: 'wake' }, () => wakeSnoozed(world))
}
