import { z } from 'zod'
import type { Interpretation, Webhook } from '../../kit/contract.ts'
import { MalformedError } from '../../kit/errors.ts'
import { readWire } from '../../kit/read-wire.ts'
import type { Upsert } from '../../store/change.ts'
import type { Json } from '../../store/kinds.ts'
import type { Receipt } from '../../store/sends/receipts.ts'
import { gone } from '../../kit/gone.ts'
import { toMessage, toOpeningMessage, type InThread } from './mapping-messages.ts'
import { toAttached, toCompany, toContact } from './mapping-people.ts'
import { toConversation } from './mapping-threads.ts'
import { wireConversation, wirePart, wireSource, wireTicket } from './wire-threads.ts'
import { wireId, wireJson, wireReference, wireUnixTime } from '../../kit/wire.ts'
import { PROVIDER, receive, wireCompany, wireContact } from './wire.ts'

/** Source: Intercom webhooks, notification object. Some topics come without `id`. */
const wireNotification = z.looseObject({
  topic: z.string(),
  app_id: wireReference,
  id: wireReference,
  created_at: wireUnixTime,
  first_sent_at: wireUnixTime,
  data: z.looseObject({ item: wireJson.nullish() }).nullish(),
})

type Understood = Pick<Interpretation, 'changes' | 'reread'>

const NOTHING: Understood = { changes: [], reread: [] }

/** The records that topics are about; each is the item itself, or stands in it under its name. */
type Family = 'conversation' | 'ticket' | 'contact' | 'company' | 'admin'

const STREAM: Readonly<Record<Family, string>> = {
  conversation: 'conversations',
  ticket: 'tickets',
  contact: 'contacts',
  company: 'companies',
  admin: 'admins',
}

const wireItem = z.looseObject({ type: z.string().nullish() })
const wireIdentified = z.looseObject({ id: wireId })

/** A record inside an item; null when the item names none of the family. */
function find(item: unknown, family: Family): unknown {
  const read = wireItem.safeParse(item)
  if (!read.success) return null
  const isItself = read.data.type === family || (family === 'contact' && /^(user|lead)$/.test(read.data.type ?? ''))
  return isItself ? item : (read.data[family] ?? null)
}

function reread(item: unknown, families: readonly Family[]): Understood['reread'] {
  return families.flatMap((family) => {
    const record = wireIdentified.safeParse(find(item, family))
    return record.success ? [{ stream: STREAM[family], remoteId: record.data.id }] : []
  })
}

/** Deliveries of version 2.15 and later hold bodies as plain text: what a read gave, with its markup, stands over it. */
const inPlainText = <K extends 'conversation' | 'message'>(upsert: Upsert<K>): Upsert<K> => ({
  ...upsert,
  fidelity: 'partial',
})

/**
 * New parts are whole in the item and are told at once; the conversation is not, so that it is read again. Only one that
 * is new is told at once, too: there is nothing in it yet but the opening message, which must not stand alone.
 */
function conversation(topic: string, item: unknown): Understood {
  const record = find(item, 'conversation')
  if (record === null) return NOTHING
  const received = receive(wireConversation, record, topic)
  const { wire } = received
  if (topic === 'conversation.deleted') return { changes: [gone('conversation', wire.id)], reread: [] }
  const thread: InThread = { kind: 'conversation', remoteId: wire.id }
  const parts = (wire.conversation_parts?.conversation_parts ?? []).map((part) => receive(wirePart, part, topic))
  // Later deliveries repeat the opening message, as plain text; it was news only in the first.
  const isNew = topic.startsWith('conversation.') && topic.endsWith('.created')
  const opening =
    isNew && wire.source ? [inPlainText(toOpeningMessage(receive(wireSource, wire.source, topic), wire))] : []
  return {
    changes: [
      ...(isNew && wire.updated_at !== null ? [inPlainText(toConversation(received, wire.updated_at))] : []),
      ...opening,
      ...parts.map((part) => inPlainText(toMessage(part, thread))),
    ],
    reread: reread(item, ['conversation', 'contact']),
  }
}

function ticket(topic: string, item: unknown): Understood {
  const record = find(item, 'ticket')
  if (record === null) return NOTHING
  const { wire } = receive(wireTicket, record, topic)
  if (topic === 'ticket.deleted') return { changes: [gone('ticket', wire.id)], reread: [] }
  const thread: InThread = { kind: 'ticket', remoteId: wire.id }
  const parts = (wire.ticket_parts?.ticket_parts ?? []).map((part) => receive(wirePart, part, topic))
  return {
    changes: parts.map((part) => inPlainText(toMessage(part, thread))),
    reread: reread(item, ['ticket', 'contact']),
  }
}

/** Whoever is deleted never comes back under the same id. */
const CONTACT_DELETED = /^contact\.(?:(?:user|lead)\.)?deleted$/

/**
 * An archived contact is in no list and no search any more, and asked for by id it is not found, until it is taken back.
 * Source: `GET /contacts/{id}` as told in intercom/intercom-ruby, issue 561, read 2026-11-29.
 */
const CONTACT_ARCHIVED = /^contact\.(?:(?:user|lead)\.)?archived$/

/**
 * A contact is whole in the item, unless it has more tags or companies than fit, or the item is about a tagging: then
 * it is told at once. It is read again all the same: deliveries come in any order, and one of before a deletion must
 * not bring back who is gone. Nor must a late one of an archiving hide who was taken back since: that is told at once,
 * and read again as well. After `contact.merged`, which names only the survivor, reading tells what went into it.
 */
function contact(topic: string, item: unknown): Understood {
  const record = find(item, 'contact')
  if (record === null) return NOTHING
  const received = receive(wireContact, record, topic)
  if (CONTACT_DELETED.test(topic)) return { changes: [gone('contact', received.wire.id)], reread: [] }
  if (CONTACT_ARCHIVED.test(topic)) {
    return { changes: [gone('contact', received.wire.id)], reread: reread(record, ['contact']) }
  }
  const attached = toAttached(received.wire)
  const isWhole = record === item && attached !== null && received.wire.updated_at !== null
  return { changes: isWhole ? [toContact(received, attached)] : [], reread: reread(item, ['contact']) }
}

/**
 * A company is told at once, and read again as a contact is; also one that was deleted, since that is archived, and nobody
 * says whether it comes back under the same id when it is made again. Source: Intercom REST 2.16, `DELETE /companies/{id}`.
 */
function company(topic: string, item: unknown): Understood {
  const record = find(item, 'company')
  if (record === null) return NOTHING
  const received = receive(wireCompany, record, topic)
  if (topic === 'company.deleted') {
    return { changes: [gone('company', received.wire.id)], reread: reread(record, ['company']) }
  }
  const isWhole = record === item && received.wire.updated_at !== null && received.wire.tags !== undefined
  return { changes: isWhole ? [toCompany(received)] : [], reread: reread(item, ['company', 'contact']) }
}

const admin = (_topic: string, item: unknown): Understood => ({ changes: [], reread: reread(item, ['admin']) })

/** "Contacts reading conversations (User and Lead)". Source: Intercom, "Webhook Topics", 2.16, read 2026-11-29. */
const READ = 'conversation.read'

/**
 * A contact read all that was said in the conversation by then. Times are whole seconds, so that what was said in the same
 * second counts as read, too. The `read` of the conversation itself does not say who read it: it is no receipt, and neither
 * is `notified_at` of its parts, which says when the user was notified, not that they have it.
 */
function readReceipts(item: unknown, at: Date | null): readonly Receipt[] {
  const record = wireIdentified.safeParse(find(item, 'conversation'))
  if (!record.success || at === null) return []
  return [{ state: 'READ', thread: { kind: 'conversation', remoteId: record.data.id }, until: at }]
}

/** How to understand a topic, by its first word. Others tell nothing that is mirrored. */
const UNDERSTAND: Readonly<Record<string, (topic: string, item: unknown) => Understood>> = {
  conversation,
  conversation_part: conversation,
  ticket,
  contact,
  granular: contact,
  company,
  admin,
}

const read = (body: Json): z.output<typeof wireNotification> =>
  readWire(wireNotification, body, { provider: PROVIDER, stream: 'webhook' })

/**
 * Intercom's deliveries: signed with the app's client secret, no time in the signature, at least once and in any
 * order. No topic is known for an app being taken away; the next call's 401 tells it.
 */
export const webhook: Webhook = {
  proof: {
    kind: 'signature',
    header: 'X-Hub-Signature',
    algorithm: 'sha1',
    encoding: 'hex',
    prefix: 'sha1=',
    timestamp: null,
  },
  addressee: 'app',
  subscription: null,
  envelope(body) {
    const { topic, app_id, id, created_at, first_sent_at } = read(body)
    if (app_id === null)
      throw new MalformedError(PROVIDER, `webhook: expected "app_id" to name the workspace (${topic})`)
    return {
      deliveryId: id,
      accountId: app_id,
      topic,
      sentAt: first_sent_at ?? created_at,
      probe: topic === 'ping',
    }
  },
  receipts: ['READ'],
  interpret(body) {
    const { topic, data, created_at } = read(body)
    const [family = topic] = topic.split('.', 1)
    const understand = Object.hasOwn(UNDERSTAND, family) ? UNDERSTAND[family] : undefined
    const receipts = topic === READ ? readReceipts(data?.item, created_at) : []
    return { ...(understand?.(topic, data?.item) ?? NOTHING), ...(receipts.length > 0 && { receipts }), revoked: false }
  },
}
