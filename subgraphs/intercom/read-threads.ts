import type { AccountClient, Answer } from '../../kit/account-client.ts'
import type { ReadContext } from '../../kit/contract.ts'
import { readEach, type ReadRecords } from '../../kit/read-each.ts'
import type { Change } from '../../store/change.ts'
import { toMessage, toOpeningMessage, type InThread } from './mapping-messages.ts'
import { toConversation, toRating, toStates, toTicket } from './mapping-threads.ts'
import { readOrGone } from '../../kit/gone.ts'
import type { Found } from './search.ts'
import { wireConversation, wirePart, wireSource, wireTicket } from './wire-threads.ts'
import { receive } from './wire.ts'

/** Conversations or tickets read at the same time. */
const AT_ONCE = 8

/** By so much Intercom's clock and ours may differ when we ask whether a record changed after we looked at it. */
const SETTLED_S = 60

/** How a record came: whole, by a single read; or in the answer to an action, which may hold only the newest parts. */
export type Whole = 'whole' | 'partial'

/** A conversation with its messages and rating, from a record as received. */
export function fromConversation(record: unknown, whole: Whole, from: string): Change[] {
  const received = receive(wireConversation, record, from)
  const { wire } = received
  const thread: InThread = { kind: 'conversation', remoteId: wire.id }
  const parts = (wire.conversation_parts?.conversation_parts ?? []).map((part) => receive(wirePart, part, from))
  const rating = toRating(received)
  return [
    toConversation(received, whole === 'whole' ? wire.updated_at : null),
    ...(wire.source ? [toOpeningMessage(receive(wireSource, wire.source, from), wire)] : []),
    ...parts.map((part) => toMessage(part, thread)),
    ...(rating === null ? [] : [rating]),
  ]
}

/** A ticket with its messages, from a record as received. */
export function fromTicket(record: unknown, whole: Whole, from: string): Change[] {
  const received = receive(wireTicket, record, from)
  const { wire } = received
  const parts = (wire.ticket_parts?.ticket_parts ?? []).map((part) => receive(wirePart, part, from))
  const oldestFirst = parts.toSorted(
    (a, b) => (a.wire.created_at?.getTime() ?? 0) - (b.wire.created_at?.getTime() ?? 0),
  )
  return [
    toTicket(received, toStates(oldestFirst), whole === 'whole' ? wire.updated_at : null),
    ...parts.map((part) => toMessage(part, { kind: 'ticket', remoteId: wire.id })),
  ]
}

/** The path of a thread. */
export const threadPath = ({ kind, remoteId }: InThread): string => `/${kind}s/${encodeURIComponent(remoteId)}`

/** A conversation or ticket with all its parts up to the 500 newest; a deletion when it is gone. */
export function readThread(client: AccountClient, thread: InThread, signal?: AbortSignal): Promise<readonly Change[]> {
  return readOrGone(thread.kind, thread.remoteId, async () => {
    const answer: Answer = await client.request({ method: 'GET', path: threadPath(thread), signal })
    const from = thread.kind === 'conversation' ? fromConversation : fromTicket
    return from(answer.body, 'whole', `${thread.kind}s`)
  })
}

/**
 * Reads again, each by itself, what a search found and what is not stored as it now is: only a single read shows the
 * parts.
 *
 * What is as new as the last run's mark is read even when its version is stored: times are whole seconds, so it may
 * have changed once more in the second in which it was read. What is in quarantine and has not changed since it was last
 * asked for is left to the engine, which waits longer each time.
 */
export async function readMoved(
  client: AccountClient,
  moved: { readonly kind: InThread['kind']; readonly found: readonly Found[]; readonly mark: number },
  context: ReadContext,
): Promise<ReadRecords> {
  const { kind, found, mark } = moved
  const ids = found.map(({ id }) => id)
  const stored = await context.versions(kind, ids)
  const lastAsked = await context.lastAsked(ids)
  const stale = found.filter(({ id, updatedAt }) => {
    const askedAt = lastAsked.get(id)
    if (askedAt !== undefined && askedAt.getTime() > (updatedAt + SETTLED_S) * 1000) return false
    const version = stored.get(id)
    return !(version instanceof Date) || version.getTime() < updatedAt * 1000 || (mark > 0 && updatedAt >= mark)
  })
  const options = { limit: AT_ONCE, signal: context.signal, remoteIdOf: ({ id }: Found) => id }
  return readEach(stale, options, ({ id }, signal) => readThread(client, { kind, remoteId: id }, signal))
}
