import type { Database } from '../database.ts'
import type { Page } from '../list.ts'
import { beginSend, type Begun, type SendDraft } from './begin.ts'
import { claimDueSends, type DueSend, type Others, readOthers, type SendSubject } from './due.ts'
import { findSend, pageSends, type SendPageRequest } from './lists.ts'
import { keepReceipts, type Receipt } from './receipts.ts'
import { type Claim, type Send, SEND_CHANNEL } from './send.ts'
import { settleOverdueSends, settleSend, settleStaleSends, type Settlement } from './settle.ts'
import { cancelSend, retrySend, type SendTurn } from './wishes.ts'

/** What was asked of providers: each wish once. What changes a send is also an event. */
export interface Sends {
  /**
   * Puts a wish on record. Of any number of callers with one idempotency key, one gets the claim to do it.
   *
   * @throws IdempotencyKeyReusedError the key came with something else to do before
   * @throws IntegrationNotFoundError the workspace has no such integration
   */
  begin(draft: SendDraft): Promise<Begun>
  /** Null also when it is another workspace's. */
  find(workspaceId: string, id: string): Promise<Send | null>
  /** Newest first. @throws BadCursorError */
  page(workspaceId: string, request: SendPageRequest): Promise<Page<Send>>
  /** Says how one went that is in hand; false when it was taken over by somebody else, or is settled for good. */
  settle(claim: Claim, settlement: Settlement): Promise<boolean>
  /** Claims those, of every workspace, that are due, in the order of their lines. */
  claimDue(limit: number): Promise<readonly DueSend[]>
  /** To be asked after records were read among which a send may be. */
  others(send: Pick<Send, 'id' | 'integrationId'>, found: readonly SendSubject[]): Promise<Others>
  /** Keeps what an account's provider tells of how far messages got; those that are `SENT`, or become so later, go on by it. */
  receive(integrationId: string, receipts: readonly Receipt[]): Promise<void>
  /** Says of those whose process ended that nobody knows, and gives up those whose time is over; answers how many. */
  sweep(tryForMs: number): Promise<number>
  /** `changed` is false when it did not wait any more. */
  cancel(send: Pick<Send, 'workspaceId' | 'id'>): Promise<SendTurn>
  /** `changed` is false when it did not fail, or can only be asked for anew. */
  retry(send: Pick<Send, 'workspaceId' | 'id'>, tryForMs: number): Promise<SendTurn>
  /** Calls back when one may be due at once. */
  onQueued(heard: () => void): Promise<AsyncDisposable>
  /** Deletes those that were settled before a date, and receipts of before: idempotency keys are forgotten. Answers how many sends. */
  prune(settledBefore: Date): Promise<number>
}

/** The sends of a database. */
export function openSends(database: Database): Sends {
  return {
    begin: (draft) => beginSend(database, draft),
    find: (workspaceId, id) => findSend(database, workspaceId, id),
    page: (workspaceId, request) => pageSends(database, workspaceId, request),
    settle: (claim, settlement) => settleSend(database, claim, settlement),
    claimDue: (limit) => claimDueSends(database, limit),
    others: (send, found) => readOthers(database.system, send, found),
    receive: (integrationId, receipts) => keepReceipts(database, integrationId, receipts),
    async sweep(tryForMs) {
      return (await settleStaleSends(database, tryForMs)) + (await settleOverdueSends(database))
    },
    cancel: (send) => cancelSend(database, send),
    retry: (send, tryForMs) => retrySend(database, send, tryForMs),
    onQueued: (heard) => database.listen(SEND_CHANNEL, heard),
    async prune(settledBefore) {
      const [row] = await database.system.query<{ pruned: number }>(
        `with told as (delete from receipt where told_at < $1), pruned as (
           delete from send where settled_at < $1 and state not in ('QUEUED', 'SENDING') returning 1)
         select count(*)::int as pruned from pruned`,
        [settledBefore],
      )
      return row?.pruned ?? 0
    },
  }
}
