import type { TwinClock } from '../../clock.ts'
import type { AnsweredAttempt } from '../../deliveries.ts'
import { iso } from '../../iso.ts'

/** The circuit breaks at this share of failures, or this many of them, in the window. Source: the provider's notes. */
const brokenShare = 0.7
const brokenErrors = 1_000
const windowMs = 300_000
/** So few calls say nothing about a share, and a broken circuit is closed again after this long. The numbers are ours. */
const leastCalls = 100
const brokenMs = 5_000

const keptInvocations = 1_000

/** One call of a webhook, all attempts together. */
export interface Invocation {
  readonly id: string
  readonly webhookId: string
  readonly eventType: string
  readonly createdAt: string
  status: 'accepted' | 'success' | 'failed' | 'timeout' | 'circuit broken' | 'client error' | 'server error'
  completedAt: string
  readonly attempts: { readonly at: string; readonly status: number | null }[]
}

/** What was called lately, and whether it may go on. It does not outlive the process. */
export class Invocations {
  readonly #clock: TwinClock
  #list: Invocation[] = []
  readonly #outcomes = new Map<string, { readonly atMs: number; readonly isError: boolean }[]>()
  readonly #brokenUntilMs = new Map<string, number>()

  constructor(clock: TwinClock) {
    this.#clock = clock
  }

  /** Notes a call. False when the circuit is broken: the call is lost, not queued. */
  begin(webhookId: string, call: { readonly id: string; readonly eventType: string }): boolean {
    const isBroken = (this.#brokenUntilMs.get(webhookId) ?? 0) > this.#clock.now().getTime()
    const at = iso(this.#clock.now())
    const status = isBroken ? 'circuit broken' : 'accepted'
    this.#list.push({ ...call, webhookId, status, createdAt: at, completedAt: at, attempts: [] })
    if (this.#list.length > keptInvocations * 1.2) this.#list = this.#list.slice(-keptInvocations)
    return !isBroken
  }

  /** Notes what an attempt came to, and breaks the circuit when too many failed. */
  answered(webhookId: string, id: string, { status }: AnsweredAttempt): void {
    const invocation = this.#list.find((one) => one.id === id)
    const at = this.#clock.now()
    if (invocation) {
      invocation.status = outcomeOf(status)
      invocation.completedAt = iso(at)
      invocation.attempts.push({ at: iso(at), status })
    }
    const isError = status === null || status >= 400
    const since = at.getTime() - windowMs
    const recent = [...(this.#outcomes.get(webhookId) ?? []), { atMs: at.getTime(), isError }].filter(
      ({ atMs }) => atMs > since,
    )
    this.#outcomes.set(webhookId, recent)
    const errors = recent.filter((one) => one.isError).length
    const isMostly = recent.length >= leastCalls && errors / recent.length >= brokenShare
    if (!isMostly && errors <= brokenErrors) return
    this.#brokenUntilMs.set(webhookId, at.getTime() + brokenMs)
    this.#outcomes.delete(webhookId)
  }

  /** Calls of one webhook, the newest first. */
  of(webhookId: string): Invocation[] {
    return this.#list.filter((one) => one.webhookId === webhookId).toReversed()
  }
}

function outcomeOf(status: number | null): Invocation['status'] {
  if (status === null) return 'timeout'
  if (status < 300) return 'success'
  if (status < 400) return 'failed'
  return status < 500 ? 'client error' : 'server error'
}
