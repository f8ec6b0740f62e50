import type { Change, FailedRecord } from '../store/change.ts'
import { mapBounded } from './bounded.ts'
import { MalformedError, NotFoundError, RejectedError, UnavailableError } from './errors.ts'

/** Records of a page, each by itself: what came of those that could be read, and the others. */
export interface ReadRecords {
  readonly changes: readonly Change[]
  readonly failed: readonly FailedRecord[]
}

/** So many records asked for, and not one answer yet: that is no fault of the records. */
const DOWN_AFTER = 5

/**
 * Reads records, each by itself, so that one which the provider cannot serve does not keep the others out.
 *
 * @throws UnavailableError not one of the first five was answered: the provider is down
 * @throws what concerns the account and not one record: a throttle, a refused credential, a fault of our own
 */
export async function readEach<Item>(
  items: readonly Item[],
  options: {
    readonly limit: number
    readonly signal?: AbortSignal
    readonly remoteIdOf: (item: Item) => string | null
  },
  read: (item: Item, signal: AbortSignal) => Promise<readonly Change[]>,
): Promise<ReadRecords> {
  let answered = false
  let unanswered = 0
  const failed: FailedRecord[] = []
  const changes = await mapBounded(items, options, async (item, signal) => {
    try {
      const found = await read(item, signal)
      answered = true
      return found
    } catch (error) {
      const reason = reasonOfRecord(error)
      if (reason === null) throw error
      if (!(error instanceof UnavailableError)) answered = true
      else if (++unanswered >= DOWN_AFTER && !answered) throw error
      failed.push({ remoteId: options.remoteIdOf(item), reason })
      return []
    }
  })
  return { changes: changes.flat(), failed }
}

/** Parts records that are at hand into those that can be read and those that are not as promised. */
export function sift<Good>(
  records: readonly unknown[],
  remoteIdOf: (record: unknown) => string | null,
  read: (record: unknown) => Good,
): { readonly good: readonly Good[]; readonly failed: readonly FailedRecord[] } {
  const good: Good[] = []
  const failed: FailedRecord[] = []
  for (const record of records) {
    try {
      good.push(read(record))
    } catch (error) {
      if (!(error instanceof MalformedError)) throw error
      failed.push({ remoteId: remoteIdOf(record), reason: error.message })
    }
  }
  return { good, failed }
}

/** Why one record could not be read; null when the error concerns more than that record. */
export function reasonOfRecord(error: unknown): string | null {
  const isItsOwn =
    error instanceof MalformedError ||
    error instanceof RejectedError ||
    error instanceof NotFoundError ||
    error instanceof UnavailableError
  return isItsOwn ? error.message : null
}
