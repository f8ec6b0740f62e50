import { invalid, invalidValue } from '../errors.ts'
import { toHtml, toPlaintext } from '../../plaintext.ts'
import type { Ticket } from '../records.ts'
import type { Actor, World } from '../world.ts'
import { changeTicket } from './change.ts'
import { addConversation } from './conversations.ts'

/** What is written into a ticket that takes part in a merge. */
export interface MergeNote {
  readonly body: string
  readonly private: boolean
}

/** How tickets become one. */
export interface Merge {
  readonly primary: Ticket
  readonly secondaries: readonly Ticket[]
  /** Whether the others' requesters are kept in copy. */
  readonly copies: 'convert-recipients' | 'leave'
  readonly noteInPrimary: MergeNote | null
  readonly noteInSecondary: MergeNote | null
}

/**
 * Makes one ticket of several: what was said on the others is said on the first, and they are closed.
 *
 * @throws 400 one of them is in the trash, spam or the first itself
 */
export function mergeTickets(world: World, by: Actor, merge: Merge): void {
  const { primary, secondaries } = merge
  if (secondaries.length === 0) throw invalidValue('ticket_ids', 'It should contain at least one ticket.')
  const wrong = secondaries.filter((ticket) => ticket === primary || ticket.deleted || ticket.spam)
  if (primary.deleted || primary.spam)
    throw invalidValue('primary_id', 'There is no ticket matching the given primary_id')
  if (wrong.length > 0) {
    const message = `There are no tickets matching the given ids: ${wrong.map(({ id }) => id).join(', ')}`
    throw invalid([{ field: 'ticket_ids', message, code: 'invalid_value' }])
  }
  changeTicket(world, primary, by, {
    change() {
      for (const other of secondaries) bring(world, primary, other, merge)
      if (merge.noteInPrimary) leave(world, primary, by, merge.noteInPrimary)
    },
  })
  for (const other of secondaries) {
    changeTicket(world, other, by, {
      change() {
        other.status = 5
        const said = merge.noteInSecondary ?? {
          body: `This ticket is merged into ticket ${primary.id}`,
          private: false,
        }
        leave(world, other, by, said)
      },
    })
  }
}

function bring(world: World, primary: Ticket, other: Ticket, merge: Merge): void {
  const about = { kind: 'note', incoming: false, private: true, userId: other.requester_id } as const
  const body = `Merged from ticket ${other.id}\n\nSubject: ${other.subject ?? ''}\n\n${other.description_text}`
  addConversation(world, primary, { ...about, body })
  for (const said of other.conversations) {
    const { incoming, private: isPrivate, user_id: userId } = said
    addConversation(world, primary, { kind: 'note', body: said.body_text, incoming, private: isPrivate, userId })
  }
  if (merge.copies === 'leave') return
  const address = world.contacts.get(other.requester_id)?.email
  primary.cc_emails = [...new Set([...primary.cc_emails, ...other.cc_emails, ...(address == null ? [] : [address])])]
}

function leave(world: World, ticket: Ticket, by: Actor, said: MergeNote): void {
  const body = toPlaintext(toHtml(said.body))
  const userId = by.id ?? ticket.responder_id ?? ticket.requester_id
  addConversation(world, ticket, { kind: 'note', body, incoming: false, private: said.private, userId })
}
