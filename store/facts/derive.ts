import type { Queryable } from '../database.ts'
import type { Touched } from './touched.ts'

/**
 * Derives facts (docs/metrics.md) of threads of an integration from their rows, and writes only what is different.
 *
 * They are locked until the transaction ends. It must come after all else that the transaction stores, since nobody who
 * holds these locks may wait for rows of the mirror.
 */
export async function deriveFacts(tx: Queryable, integrationId: string, touched: readonly Touched[]): Promise<void> {
  await tx.query(`select derive_facts($1, $2)`, [integrationId, JSON.stringify(touched)])
}
