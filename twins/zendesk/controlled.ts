import type { Controlled } from '../control.ts'
import type { Desk as TwinDesk, SavedDesks } from '../desks.ts'
import type { Recorder } from '../recorder.ts'
import type { OAuthClient } from './account.ts'
import type { Deed, OAuthAct } from './deeds.ts'
import type { Grant } from './records.ts'
import type { SavedTraffic } from './traffic.ts'
import type { Invocations } from './webhooks/invocations.ts'
import type { World } from './world.ts'

/** One account and who works there. */
export type Desk = TwinDesk<World, SavedTraffic>

/** All that the twin remembers, as JSON. */
export type SavedTwin = SavedDesks<SavedTraffic, World['access']>

/** What of a Zendesk twin can be controlled. */
export interface ZendeskControlled extends Controlled {
  readonly desks: readonly Desk[]
  readonly client: OAuthClient
  readonly invocations: Invocations
  readonly recorder: Recorder<SavedTwin, Deed>
  readonly seed: number
  /** Does what time has brought by now, if there is anything. */
  readonly passTime: () => void
  /** Does one of the steps that end in a grant. */
  readonly oauth: (desk: Desk, act: OAuthAct) => Grant | null
}
