import type { Controlled } from '../control.ts'
import type { Desk as TwinDesk, SavedDesks } from '../desks.ts'
import type { Recorder } from '../recorder.ts'
import type { Deed } from './deeds.ts'
import type { Agent } from './desk-records.ts'
import type { SavedTraffic } from './traffic.ts'
import type { World } from './world.ts'

/** One account and who works there. */
export type Desk = TwinDesk<World, SavedTraffic>

/** All that the twin remembers, as JSON. */
export type SavedTwin = SavedDesks<SavedTraffic, World['hourly']>

/** What of a Freshdesk twin can be controlled. */
export interface FreshdeskControlled extends Controlled {
  readonly desks: readonly Desk[]
  readonly recorder: Recorder<SavedTwin, Deed>
  readonly seed: number
  /** Does what time has brought by now, if there is anything. */
  readonly passTime: () => void
  /** Counts a wrong password against an agent. */
  readonly guess: (desk: Desk, agent: Agent) => void
  /** Gives an agent another key, and answers it; the one before is good no more. */
  readonly resetKey: (desk: Desk, agent: Agent) => string
}
