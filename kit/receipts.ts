import type { Said } from '../store/sends/receipts.ts'
import type { Outcome } from './actions.ts'

/** Where and when something was said that was done; null where the outcome does not tell, or it began no thread and stands in none. Pure. */
export function saidOf({ changes, subject }: Outcome): Said | null {
  for (const change of changes) {
    if (change.op !== 'upsert' || change.kind !== subject.kind || change.remoteId !== subject.remoteId) continue
    const { createdAt: at } = change.fields
    if (at === null) return null
    if (change.kind === 'conversation' || change.kind === 'ticket')
      return { thread: { kind: change.kind, remoteId: change.remoteId }, at }
    if (change.kind !== 'message') return null
    const { conversationRemoteId, ticketRemoteId } = change.fields
    if (conversationRemoteId !== null) return { thread: { kind: 'conversation', remoteId: conversationRemoteId }, at }
    if (ticketRemoteId !== null) return { thread: { kind: 'ticket', remoteId: ticketRemoteId }, at }
  }
  return null
}
