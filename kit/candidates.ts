import type { Change, Upsert } from '../store/change.ts'
import type { Outcome } from './actions.ts'
import type { Outgoing } from './outbox.ts'

/** What is looked for. */
export interface Sought {
  readonly outgoing: Outgoing
  /** Null when nothing says in whose name it was said. */
  readonly agentRemoteId: string | null
  /** By the provider's clock. Nothing older can be it. */
  readonly since: Date
}

/** A record that may be the one that is sought. */
export type Candidate = Outcome['subject']

type Message = Upsert<'message'>
type Begun = Upsert<'conversation'> | Upsert<'ticket'>

/** Only letters and digits: providers turn marks, blanks and links into others, and take what looks like markup for it. */
const wordsOf = (text: string): string => text.replaceAll(/<[^<>]*>|[^\p{L}\p{N}]/gu, '')

/** Whether a provider shows what was said; it may put something below it. */
export function sameWords(said: string, shown: string | null): boolean {
  if (shown === null) return false
  const words = wordsOf(said)
  return words === '' ? shown.includes(said.trim()) : wordsOf(shown).startsWith(words)
}

/** Whether a thread is called so, with nothing behind it; what was to be called nothing may have any name. */
const isCalled = (subject: string | null, shown: string | null): boolean =>
  subject === null || (sameWords(subject, shown) && sameWords(shown ?? '', subject))

/** Whether a ticket is described so; what was to say nothing may say anything. */
const isDescribed = (description: string | null, shown: string | null): boolean =>
  description === null || description.trim() === '' || sameWords(description, shown)

const isYounger = ({ fields }: Message | Begun, since: Date): boolean =>
  fields.createdAt === null || fields.createdAt >= since

/** Messages of that type, by that agent, with those words, not older. */
function saidIn(
  changes: readonly Change[],
  {
    type,
    text,
    agentRemoteId,
    since,
  }: Pick<Sought, 'agentRemoteId' | 'since'> & Pick<Message['fields'], 'type'> & { readonly text: string },
): readonly Message[] {
  return changes
    .filter((change) => change.op === 'upsert' && change.kind === 'message')
    .filter((message) => {
      const { fields } = message
      if (fields.type !== type || fields.authorType === 'CONTACT' || fields.redacted) return false
      if (agentRemoteId !== null && fields.agentRemoteId !== null && fields.agentRemoteId !== agentRemoteId)
        return false
      return isYounger(message, since) && sameWords(text, fields.text)
    })
}

/** Threads with that contact, called so, not older. */
const begunIn = (
  changes: readonly Change[],
  {
    contactRemoteId,
    subject,
    since,
  }: Pick<Sought, 'since'> & { readonly contactRemoteId: string; readonly subject: string | null },
): readonly Begun[] =>
  changes
    .filter((change) => change.op === 'upsert' && (change.kind === 'conversation' || change.kind === 'ticket'))
    .filter((thread) => {
      const { fields } = thread
      return (
        fields.contactRemoteIds.includes(contactRemoteId) &&
        isYounger(thread, since) &&
        isCalled(subject, fields.subject)
      )
    })

const isIn = ({ fields }: Message, { kind, remoteId }: Begun): boolean =>
  remoteId === (kind === 'ticket' ? fields.ticketRemoteId : fields.conversationRemoteId)

const oldestFirst = (found: readonly (Message | Begun)[]): readonly Candidate[] =>
  found
    .toSorted((a, b) => Number(a.fields.createdAt) - Number(b.fields.createdAt))
    .map(({ kind, remoteId }) => ({ kind, remoteId }))

/**
 * The records among changes that may be the one that is sought, the oldest first: of that kind, by that agent or with that
 * contact, with those words, not older. Pure.
 */
export function candidatesIn(changes: readonly Change[], sought: Sought): readonly Candidate[] {
  const { outgoing, agentRemoteId, since } = sought
  switch (outgoing.action) {
    case 'reply':
    case 'note': {
      const type = outgoing.action === 'reply' ? 'REPLY' : 'NOTE'
      return oldestFirst(saidIn(changes, { type, text: outgoing.content.text, agentRemoteId, since }))
    }
    case 'messageContact': {
      const { contactRemoteId, content, subject } = outgoing
      const said = saidIn(changes, { type: 'REPLY', text: content.text, agentRemoteId, since })
      const begun = begunIn(changes, { contactRemoteId, subject, since })
      return oldestFirst(begun.filter((thread) => said.some((message) => isIn(message, thread))))
    }
    case 'createTicket': {
      const { contactRemoteId, subject, description } = outgoing.draft
      const begun = begunIn(changes, { contactRemoteId, subject, since })
      return oldestFirst(
        begun.filter((each) => each.kind === 'ticket' && isDescribed(description, each.fields.description)),
      )
    }
  }
}

/**
 * Of candidates those that may have been made by an act: the message that proves to be, whatever its words; else those that do
 * not prove to be another's. Pure.
 */
export function madeBy(
  actId: string,
  candidates: readonly Candidate[],
  acts: ReadonlyMap<string, string>,
): readonly Candidate[] {
  const own = [...acts].find(([, act]) => act === actId)
  if (own !== undefined) return [{ kind: 'message', remoteId: own[0] }]
  return candidates.filter(({ kind, remoteId }) => kind !== 'message' || !acts.has(remoteId))
}

/** Of what begins a thread: those that were begun since and are gone by now. Whether one was it, nobody can say. Pure. */
export function goneIn(changes: readonly Change[], { action }: Outgoing): readonly Candidate[] {
  if (action === 'reply' || action === 'note') return []
  return changes.filter(({ op, kind }) => op === 'delete' && (kind === 'conversation' || kind === 'ticket'))
}
