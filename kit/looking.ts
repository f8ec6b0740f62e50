import type { Change, Upsert } from '../store/change.ts'
import type { AccountClient } from './account-client.ts'
import type { Thread } from './actions.ts'
import type { OutgoingAction, Outgoing } from './outbox.ts'

/** What went out without an answer is looked for first after so long: mostly it stands there by then. */
export const FIRST_LOOK_MS = 1_000

/** How a connector can find out whether something arrived that went out without an answer. */
export interface Looks {
  /** Replies and notes are looked for in their thread. */
  readonly thread?: ThreadLook
  /** Where the provider itself does once what comes with the same `actId`: doing it again tells. */
  readonly repeats?: { readonly actions: readonly OutgoingAction[]; readonly withinMs: number }
}

/** Reading a thread back. */
export interface ThreadLook {
  /** What is not there so long after the last call ended never will be: both the call's own way and the provider's lag between writing and reading are over. */
  readonly certainAfterMs: number
  /** The thread's messages, at least the newest. @throws ProviderError */
  read(client: AccountClient, thread: Thread): Promise<readonly Change[]>
}

/** What is looked for in a thread. */
export interface Sought {
  readonly outgoing: Extract<Outgoing, { readonly action: 'reply' | 'note' }>
  /** Null when nothing says in whose name it was said. */
  readonly agentRemoteId: string | null
  /** By the provider's clock. Nothing older can be it. */
  readonly since: Date
}

/** Only letters and digits: providers turn marks, blanks and links into others. */
const wordsOf = (text: string): string => text.replaceAll(/[^\p{L}\p{N}]/gu, '')

/** Whether a provider shows what was said; it may put something below it. */
export function sameWords(said: string, shown: string | null): boolean {
  if (shown === null) return false
  const words = wordsOf(said)
  return words === '' ? shown.includes(said.trim()) : wordsOf(shown).startsWith(words)
}

/** The messages among changes that may be the one that is sought, the oldest first: of that kind, by that agent, with those words, not older. Pure. */
export function candidatesIn(changes: readonly Change[], sought: Sought): readonly Upsert<'message'>[] {
  const { outgoing, agentRemoteId, since } = sought
  const type = outgoing.action === 'reply' ? 'REPLY' : 'NOTE'
  const said = changes.filter((change) => change.op === 'upsert' && change.kind === 'message')
  return said
    .filter(({ fields }) => {
      if (fields.type !== type || fields.authorType === 'CONTACT' || fields.redacted) return false
      if (agentRemoteId !== null && fields.agentRemoteId !== null && fields.agentRemoteId !== agentRemoteId)
        return false
      if (fields.createdAt !== null && fields.createdAt < since) return false
      return sameWords(outgoing.content.text, fields.text)
    })
    .toSorted((a, b) => Number(a.fields.createdAt) - Number(b.fields.createdAt))
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
