import type { Controlled } from '../control.ts'
import type { Pace } from '../pace.ts'
import type { Recorder } from '../recorder.ts'
import type { Deed } from './deeds.ts'
import type { Agent } from './desk-records.ts'
import type { SavedTwin } from './saved.ts'
import type { Traffic } from './traffic.ts'
import type { World } from './world.ts'

/** One account and who works there. */
export interface Desk {
  readonly world: World
  readonly traffic: Traffic
}

/** What of a Freshdesk twin can be controlled. */
export interface FreshdeskControlled extends Controlled {
  readonly desks: readonly Desk[]
  readonly recorder: Recorder<SavedTwin, Deed>
  readonly pace: Pace
  readonly seed: number
  /** How many exchanges were held against the provider's description. */
  readonly contractChecks: () => { readonly requests: number; readonly responses: number }
  /** Does what time has brought by now, if there is anything. */
  readonly passTime: () => void
  /** Counts a wrong password against an agent. */
  readonly guess: (desk: Desk, agent: Agent) => void
  /** Gives an agent another key, and answers it; the one before is good no more. */
  readonly resetKey: (desk: Desk, agent: Agent) => string
}

/** The account a call of the control API names, or the first. @throws TypeError there is none of that domain */
export function deskOf(desks: readonly Desk[], domain: unknown): Desk {
  const desk = domain === undefined ? desks[0] : desks.find(({ world }) => world.account.domain === domain)
  if (desk) return desk
  const known = desks.map(({ world }) => world.account.domain).join(', ')
  throw new TypeError(`account must be one of ${known}, but got "${String(domain)}"`)
}
