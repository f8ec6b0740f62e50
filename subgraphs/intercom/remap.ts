import type { Remap } from '../../kit/contract.ts'
import type { Change, StoredRecord, Upsert } from '../../store/change.ts'
import { SOURCE, toMessage, toOpeningMessage } from './mapping-messages.ts'
import {
  type Attached,
  toAgent,
  toAttached,
  toCompany,
  toContact,
  toMergedAway,
  toTag,
  toTeam,
} from './mapping-people.ts'
import { toConversation, toRating, toTicket } from './mapping-threads.ts'
import { toDefinition } from './read-definitions.ts'
import { wireConversation, wirePart, wireSource, wireState, wireThread, wireTicket } from './wire-threads.ts'
import {
  type ContactWire,
  receive,
  wireAdmin,
  wireAllAttached,
  wireCompany,
  wireContact,
  wireTag,
  wireTeam,
} from './wire.ts'

const attachedOf = (contact: ContactWire, { beside }: StoredRecord): Attached =>
  (beside === null ? toAttached(contact) : null) ?? receive(wireAllAttached, beside, 'contacts').wire

function fromContact(stored: StoredRecord): Change[] {
  const received = receive(wireContact, stored.native, 'contacts')
  return [toContact(received, attachedOf(received.wire, stored)), ...toMergedAway(received.wire)]
}

function fromTicket({ native, beside, version }: StoredRecord): Change[] {
  const received = receive(wireTicket, native, 'tickets')
  const states = receive(wireState.array(), beside, 'states of tickets').wire
  return [toTicket(received, states, version === null ? null : received.wire.updated_at)]
}

/** A conversation without a version came without its parts. */
function fromConversation({ native, version }: StoredRecord): Change[] {
  const received = receive(wireConversation, native, 'conversations')
  const rating = toRating(received)
  return [
    toConversation(received, version === null ? null : received.wire.updated_at),
    ...(rating === null ? [] : [rating]),
  ]
}

function fromMessage({ remoteId, native, beside }: StoredRecord): Upsert<'message'> {
  if (!remoteId.startsWith(SOURCE)) {
    const thread = receive(wireThread, beside, 'threads of parts').wire
    return toMessage(receive(wirePart, native, 'parts'), thread)
  }
  const conversation = receive(wireConversation, beside, 'conversations').wire
  return toOpeningMessage(receive(wireSource, native, 'conversations'), conversation)
}

/** A rating has no id of its own, and stands in its conversation. */
function fromRating({ remoteId, native, beside }: StoredRecord): Change[] {
  const around = beside !== null && typeof beside === 'object' ? beside : {}
  const conversation = { ...around, id: remoteId, conversation_rating: native }
  const rating = toRating(receive(wireConversation, conversation, 'conversations'))
  return rating === null ? [] : [rating]
}

/** How what is stored of Intercom is mapped again. */
export const remap: Required<Omit<Remap, 'timeEntry'>> = {
  agent: ({ native }) => [toAgent(receive(wireAdmin, native, 'admins'))],
  team: ({ native }) => [toTeam(receive(wireTeam, native, 'teams'))],
  tag: ({ native }) => [toTag(receive(wireTag, native, 'tags'))],
  company: ({ native }) => [toCompany(receive(wireCompany, native, 'companies'))],
  contact: fromContact,
  conversation: fromConversation,
  ticket: fromTicket,
  message: (stored) => [fromMessage(stored)],
  rating: fromRating,
  definition: ({ native }) => [toDefinition(native)],
}
