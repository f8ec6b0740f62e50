import type { Change } from '../store/change.ts'
import type { AccountClient } from './account-client.ts'
import type { Thread } from './actions.ts'
import type { OutgoingAction } from './outbox.ts'

/** What went out without an answer is looked for first after so long: mostly it stands there by then. */
export const FIRST_LOOK_MS = 1_000

/** What is not found at once is looked for so long where no time makes certain that it is not there; then a person has to look. */
export const LOOK_FOR_MS = 15 * 60_000

/** How a connector can find out whether something arrived that went out without an answer. */
export interface Looks {
  /** Replies and notes are looked for in their thread. */
  readonly thread?: ThreadLook
  /** New tickets and conversations are looked for among what was begun with their contact. */
  readonly beginning?: BeginningLook
  /** Where the provider itself does once what comes with the same `actId`: doing it again tells. */
  readonly repeats?: { readonly actions: readonly OutgoingAction[]; readonly withinMs: number }
}

/** Reading a thread back. */
export interface ThreadLook {
  /** What is not there so long after the last call ended never will be: both the call's own way and the provider's lag between writing and reading are over. */
  readonly certainAfterMs: number
  /** The thread's messages, at least the newest. @throws ProviderError */
  read(client: AccountClient, thread: Thread): Promise<readonly Change[]>
  /** By message, the `actId` with which it was sent, where the provider shows what was sent along: proof, for which words are not asked. @throws ProviderError */
  readonly acts?: (client: AccountClient, thread: Thread) => Promise<ReadonlyMap<string, string>>
}

/** Reading what was begun. */
export interface BeginningLook {
  /** As of a `ThreadLook`; null where the provider is late by nobody says how much: then what is found is found, and what is not proves nothing. */
  readonly certainAfterMs: number | null
  /**
   * All threads that were begun with a contact since then, with what was said in them; at least of the kind that the
   * action makes. One that was deleted meanwhile is told as a deletion. @throws ProviderError
   */
  read(client: AccountClient, begun: Begun): Promise<readonly Change[]>
}

/** What a thread that is looked for was begun by. */
export interface Begun {
  readonly action: 'messageContact' | 'createTicket'
  readonly contactRemoteId: string
  /** By the provider's clock. */
  readonly since: Date
}

/** Times of messages are whole seconds at most providers, and the `Date` of an answer always; their own clocks may differ a little. */
const COARSE_MS = 5_000

/** A client that remembers what the provider's clock said when it was asked last, by the `Date` of its answers. */
export function timed(client: AccountClient): {
  readonly client: AccountClient
  /** The time at the provider so long before its last answer; by our own clock where answers bear no time. */
  readonly theirTime: (msAgo: number) => Date
} {
  const begun = performance.now()
  let last = { theirs: Date.now(), at: begun }
  const request: AccountClient['request'] = async (call) => {
    const answer = await client.request(call)
    const theirs = Date.parse(answer.headers.get('date') ?? '')
    last = { theirs: Number.isNaN(theirs) ? answer.receivedAt.getTime() : theirs, at: performance.now() }
    return answer
  }
  return {
    client: { ...client, request },
    theirTime: (msAgo) => new Date(last.theirs - (last.at - begun) - msAgo - COARSE_MS),
  }
}
