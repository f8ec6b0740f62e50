import { z } from 'zod'
import type { Remap } from '../../kit/contract.ts'
import { tagsNamed } from '../../kit/named-tags.ts'
import type { Change, StoredRecord } from '../../store/change.ts'
import { toRating, toTimeEntry } from './mapping-outcomes.ts'
import { toAgent, toCompany, toContact, toRequester, toTeam } from './mapping-people.ts'
import { DESCRIBED, toDescription, toMessage, toTicket } from './mapping-tickets.ts'
import { fromListed } from './read-definitions.ts'
import {
  wireConversation,
  wireDescribed,
  wireInTicket,
  wireRating,
  wireRequester,
  wireTicket,
  wireTimeEntry,
} from './wire-tickets.ts'
import { receive, wireAgent, wireChoiceOrder, wireCompany, wireContact, wireGroup, wireStanding } from './wire.ts'

const wireTag = z.looseObject({ name: z.string() })
const wireChosen = z.looseObject({ choices: z.record(z.string(), z.unknown()) })

const wireRecord = z.record(z.string(), z.unknown())

/** A ticket's first message, with what is kept of the ticket beside it. */
const described = ({ native, beside }: StoredRecord): unknown => ({
  ...receive(wireRecord, native, 'tickets').wire,
  ...receive(wireRecord, beside, 'tickets').wire,
})

/** An agent who asked has no version: as much as the ticket tells of them is all. Of a contact, where it was listed must be known. */
function fromContact({ native, beside, version }: StoredRecord): readonly Change[] {
  if (version === null) return [toRequester(receive(wireRequester, native, 'tickets'))]
  return toContact(receive(wireContact, native, 'contacts'), receive(wireStanding, beside, 'contacts').wire.standing)
}

function fromMessage(stored: StoredRecord): Change {
  const { remoteId, native, beside } = stored
  if (remoteId.startsWith(DESCRIBED)) return toDescription(receive(wireDescribed, described(stored), 'tickets'))
  return toMessage(receive(wireConversation, native, 'conversations'), receive(wireInTicket, beside, 'tickets').wire)
}

/** A field with its choices in the order in which they came. */
function ordered({ native, beside }: StoredRecord): unknown {
  if (beside === null) return native
  const { choices: names } = receive(wireChoiceOrder, beside, 'fields').wire
  const field = receive(wireChosen, native, 'fields').wire
  return { ...field, choices: Object.fromEntries(names.map((name) => [name, field.choices[name]])) }
}

/** How what is stored of Freshdesk is mapped again. */
export const remap: Required<Omit<Remap, 'conversation'>> = {
  agent: ({ native }) => [toAgent(receive(wireAgent, native, 'agents'))],
  team: ({ native }) => [toTeam(receive(wireGroup, native, 'groups'))],
  tag: ({ native }) => tagsNamed([receive(wireTag, native, 'tags').wire.name]),
  company: ({ native }) => [toCompany(receive(wireCompany, native, 'companies'))],
  contact: fromContact,
  ticket: ({ native }) => toTicket(receive(wireTicket, native, 'tickets')),
  message: (stored) => [fromMessage(stored)],
  rating: ({ native }) => [toRating(receive(wireRating, native, 'ratings'))],
  definition: (stored) => [fromListed(stored.remoteId, ordered(stored))],
  timeEntry: ({ native }) => [toTimeEntry(receive(wireTimeEntry, native, 'timeEntries'))],
}
