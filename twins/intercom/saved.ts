import type { SavedWorld } from '../world.ts'
import type { SavedTokens } from './tokens.ts'
import type { SavedTraffic } from './traffic.ts'
import type { Subscription } from './webhooks.ts'
import type { World } from './world.ts'

/** All that an Intercom twin remembers, as JSON. */
export interface SavedTwin {
  /** When the workspace was seeded, in milliseconds. What never changes is made again from it. */
  readonly seededAt: number
  readonly clockOffsetMs: number
  readonly subscription: Subscription
  readonly tokens: SavedTokens
  readonly traffic: SavedTraffic
  readonly world: SavedWorld
  readonly deletedConversations: World['deletedConversations']
  /** Ids of the admins who are away. */
  readonly away: readonly string[]
}
