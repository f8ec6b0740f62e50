import type { AuditStep, Change, Deletion, FailedRecord, Reading, Refused } from './change.ts'
import { isDeeper, isStorableKey, keyOrStandIn } from './storable.ts'

/** Nothing that a provider documents is nested a tenth as deep. PostgreSQL takes some thousands, or as its stack is set. */
const DEEPEST = 200

type Upserted = Exclude<Change, Deletion>

/** A record that is not kept, with the threads that it would have stood in. */
interface Aside extends Refused {
  readonly conversationRemoteId: string | null
  readonly ticketRemoteId: string | null
}

/** Changes that can be kept, and the records that cannot. */
export interface Parted {
  readonly changes: readonly Change[]
  readonly aside: readonly Aside[]
}

/**
 * Sets aside the records that PostgreSQL cannot hold, so that they do not keep out what came with them. What is told to be
 * gone and could never be held needs no word.
 */
export function setAside(changes: readonly Change[]): Parted {
  const good: Change[] = []
  const aside: Aside[] = []
  for (const change of changes) {
    const reason = reasonOf(change)
    if (reason === null) good.push(change)
    else if (change.op === 'upsert')
      aside.push({ kind: change.kind, remoteId: change.remoteId, reason, ...threadsOf(change) })
  }
  return { changes: good, aside }
}

/** Why it cannot be held, without a word of its own; null when it can. */
function reasonOf(change: Change): string | null {
  const { kind, remoteId } = change
  if (!isStorableKey(remoteId)) return `a ${kind} whose id is too long, or no text, cannot be kept`
  if (change.op === 'delete' || !isDeeper([change.native, change.beside, change.fields], DEEPEST + 1)) return null
  return `${kind} ${remoteId} is nested more than ${DEEPEST} levels deep, and cannot be kept`
}

function threadsOf({ fields }: Upserted): Pick<Aside, 'conversationRemoteId' | 'ticketRemoteId'> {
  return {
    conversationRemoteId: 'conversationRemoteId' in fields ? fields.conversationRemoteId : null,
    ticketRemoteId: 'ticketRemoteId' in fields ? fields.ticketRemoteId : null,
  }
}

/** How a stream's records fared, with those that were set aside: what was read well otherwise is in quarantine all the same. */
export function withAside(reading: Reading, aside: readonly Aside[]): Reading {
  if (aside.length === 0) return reading
  const failed = aside.map((each): FailedRecord => ({ remoteId: askedBy(reading, each), reason: each.reason }))
  return { ...reading, failed: [...reading.failed, ...failed] }
}

/** By which id the provider is asked for it again: its own, or its thread's; else by none that there is. */
function askedBy({ kind: own }: Reading, { kind, remoteId, conversationRemoteId, ticketRemoteId }: Aside): string {
  if (kind === own) return remoteId
  const thread = own === 'conversation' ? conversationRemoteId : own === 'ticket' ? ticketRemoteId : null
  return thread ?? keyOrStandIn(`${kind}\0${remoteId}`)
}

/** What a step of an audit met, with why a record that was set aside is missing. */
export function seenAside(step: AuditStep, aside: readonly Aside[]): AuditStep {
  if (aside.length === 0) return step
  const reasons = new Map(aside.filter(({ kind }) => kind === step.kind).map((each) => [each.remoteId, each.reason]))
  const seen = step.seen.map(({ remoteId, reason }) => ({ remoteId, reason: reason ?? reasons.get(remoteId) ?? null }))
  return { ...step, seen }
}
