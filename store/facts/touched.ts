import type { Entry } from '../apply-record.ts'
import type { Written } from '../apply-sql.ts'
import type { Kind } from '../kinds.ts'
import type { ThreadKind } from '../stands-in.ts'
import { toTimestamp } from '../timestamp.ts'

/** A thread whose facts may have become others. */
export interface Touched {
  readonly kind: ThreadKind
  readonly id: string
  /** From when on its replies became others, as PostgreSQL reads it; null when none did. */
  readonly since: string | null
  /** Whether its ratings became others. */
  readonly rated: boolean
}

/** A row that a batch wrote, and what of it counts. */
interface Stored {
  readonly kind: Kind
  readonly row: Written
  readonly counts: Entry['counts']
}

type Touch = Pick<Touched, 'kind' | 'id' | 'rated'> & { readonly repliedAt: Date | null }

/**
 * The threads whose facts may be others after a batch. Of messages, ratings and tickets that were stored before and
 * became others, the store itself notes where they counted (migration 0009): here are the new ones.
 */
export function touchedBy(stored: readonly Stored[]): readonly Touched[] {
  const touched = new Map<string, Touch>()
  for (const touch of stored.flatMap(touches)) {
    const held = touched.get(touch.id)
    touched.set(touch.id, held === undefined ? touch : joined(held, touch))
  }
  return [...touched.values()].map(({ repliedAt, ...thread }) => ({
    ...thread,
    since: repliedAt && toTimestamp(repliedAt),
  }))
}

function touches({ kind, row, counts }: Stored): readonly Touch[] {
  if (!row.changed) return []
  if (kind === 'conversation' || kind === 'ticket') return [{ kind, id: row.id, repliedAt: null, rated: false }]
  if (!row.born || row.deleted) return []
  if (kind === 'rating') return threadsOf(row).map((thread) => ({ ...thread, repliedAt: null, rated: true }))
  if (kind !== 'message' || counts === null) return []
  return threadsOf(row).map((thread) => ({ ...thread, ...counts, rated: false }))
}

function threadsOf({ conversationId, ticketId }: Written): readonly Pick<Touched, 'kind' | 'id'>[] {
  return [
    ...(conversationId === null ? [] : [{ kind: 'conversation', id: conversationId } as const]),
    ...(ticketId === null ? [] : [{ kind: 'ticket', id: ticketId } as const]),
  ]
}

function joined(held: Touch, next: Touch): Touch {
  const isEarlier = held.repliedAt === null || (next.repliedAt !== null && next.repliedAt < held.repliedAt)
  return { ...held, repliedAt: isEarlier ? next.repliedAt : held.repliedAt, rated: held.rated || next.rated }
}
