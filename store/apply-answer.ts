import { apply } from './apply.ts'
import type { Batch } from './change.ts'
import type { Database } from './database.ts'
import { saysIntegrationEnded } from './errors.ts'

/** What a provider answered to an action of ours. */
export type ActionAnswer = Pick<Batch, 'integrationId' | 'changes' | 'observedAt'>

/**
 * Stores what a provider answered to an action of ours. When somebody ended the integration meanwhile nothing is stored, and
 * nothing is wrong: it was done all the same.
 */
export async function applyAnswer(database: Database, answer: ActionAnswer): Promise<void> {
  try {
    await apply(database, { ...answer, learnedBy: 'ACTION', origin: 'mutation' })
  } catch (error) {
    if (!saysIntegrationEnded(error)) throw error
  }
}
