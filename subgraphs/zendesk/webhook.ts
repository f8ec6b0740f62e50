import type { Interpretation, Webhook } from '../../kit/contract.ts'
import { gone } from '../../kit/gone.ts'
import { toHtml } from '../../kit/html.ts'
import type { Change, Upsert } from '../../store/change.ts'
import type { Json } from '../../store/kinds.ts'
import { subscription } from './subscription.ts'
import { type EventWire, readEvent, readTriggered, topicOf } from './wire-webhook.ts'
import { isStaff } from './words.ts'

type Understood = Pick<Interpretation, 'changes' | 'reread'>

const NOTHING: Understood = { changes: [], reread: [] }

/** What a ticket begins with is said no later after it than this: its time has whole seconds, that of an event more. */
const BEGINNING_MS = 2_000

/**
 * What was said, at once; the ticket is read again for the rest. It comes without its markup and files, so that what a
 * read gave stands over it. What a ticket begins with is left to that read, or it would stand alone until then.
 */
export function toComment({ time, detail, event }: EventWire, native: Json): Upsert<'message'> | null {
  const comment = event?.comment
  if (detail?.id == null || comment?.id == null || comment.body === null || time === null) return null
  const beganAt = detail.created_at
  if (beganAt !== null && time.getTime() - beganAt.getTime() < BEGINNING_MS) return null
  const author = comment.author?.id ?? null
  const agent = comment.author?.is_staff === true
  return {
    op: 'upsert',
    kind: 'message',
    remoteId: comment.id,
    version: null,
    fidelity: 'partial',
    fields: {
      createdAt: time,
      updatedAt: time,
      conversationRemoteId: null,
      ticketRemoteId: detail.id,
      type: comment.is_public === false ? 'NOTE' : 'REPLY',
      nativeType: 'Comment',
      authorType: author === null ? 'SYSTEM' : agent ? 'AGENT' : 'CONTACT',
      authorName: comment.author?.name ?? null,
      contactRemoteId: agent ? null : author,
      agentRemoteId: agent ? author : null,
      text: comment.body,
      html: toHtml(comment.body),
      attachments: [],
      redacted: false,
      statusTo: null,
    },
    native,
  }
}

/** Told as gone at once, and read again all the same: deliveries come in any order, and it may be back. */
const TICKET_GONE: ReadonlySet<string> = new Set(['ticket.soft_deleted', 'ticket.permanently_deleted'])

function ticket(topic: string, received: EventWire, body: Json): Understood {
  const id = received.detail?.id ?? null
  if (id === null) return NOTHING
  const said = topic === 'ticket.comment_added' ? toComment(received, body) : null
  const changes: Change[] = TICKET_GONE.has(topic) ? [gone('ticket', id)] : said === null ? [] : [said]
  return { changes, reread: [{ stream: 'tickets', remoteId: id }] }
}

function messagingTicket(_topic: string, { detail }: EventWire): Understood {
  const id = detail?.ticket_id ?? detail?.id ?? null
  return id === null ? NOTHING : { changes: [], reread: [{ stream: 'tickets', remoteId: id }] }
}

/** Whose staff a person is may have changed with these. */
const PLACED = /^user\.(?:created|deleted|role_changed|group_membership_.+|default_group_changed)$/

function user(topic: string, { detail, event }: EventWire): Understood {
  const id = detail?.id ?? null
  if (id === null) return NOTHING
  const merged = topic === 'user.merged' ? (event?.user?.id ?? null) : null
  const answers = isStaff(detail?.role?.toLowerCase() ?? null)
  return {
    changes: [
      ...(topic === 'user.deleted' ? [gone('contact', id)] : []),
      ...(merged === null || merged === id ? [] : [{ ...gone('contact', merged), mergedIntoRemoteId: id }]),
    ],
    reread: [
      ...(answers ? [] : [{ stream: 'users', remoteId: id }]),
      ...(answers || PLACED.test(topic) ? [{ stream: 'agents', remoteId: id }] : []),
    ],
  }
}

function organization(topic: string, { detail }: EventWire): Understood {
  const id = detail?.id ?? null
  if (id === null) return NOTHING
  return {
    changes: topic === 'organization.deleted' ? [gone('company', id)] : [],
    reread: [{ stream: 'organizations', remoteId: id }],
  }
}

/** How to understand a topic, by its first word. Others tell nothing that is mirrored. */
const UNDERSTAND: Readonly<Record<string, (topic: string, received: EventWire, body: Json) => Understood>> = {
  ticket,
  messaging_ticket: messagingTicket,
  user,
  organization,
}

/**
 * Zendesk's deliveries: signed with the webhook's own secret over the time and the raw body, at least once, in any order.
 * No topic is known for an app being taken away; the next call's 401 tells it.
 */
export const webhook: Webhook = {
  proof: {
    kind: 'signature',
    header: 'X-Zendesk-Webhook-Signature',
    algorithm: 'sha256',
    encoding: 'base64',
    prefix: '',
    timestamp: { header: 'X-Zendesk-Webhook-Signature-Timestamp', toleranceMs: 5 * 60_000 },
  },
  addressee: 'integration',
  subscription,
  envelope(body, headers) {
    const invocation = headers['x-zendesk-webhook-invocation-id']
    const deliveryId = typeof invocation === 'string' ? invocation : null
    const shared = { accountId: null, probe: false } as const
    if (readTriggered(body) !== null) return { ...shared, deliveryId, topic: 'trigger', sentAt: null }
    const event = readEvent(body)
    return { ...shared, deliveryId: deliveryId ?? event.id, topic: topicOf(event), sentAt: event.time }
  },
  interpret(body) {
    const called = readTriggered(body)
    if (called !== null) {
      return { changes: [], reread: [{ stream: 'tickets', remoteId: called.ticket_id }], revoked: false }
    }
    const event = readEvent(body)
    const topic = topicOf(event)
    const [family = topic] = topic.split('.', 1)
    const understand = Object.hasOwn(UNDERSTAND, family) ? UNDERSTAND[family] : undefined
    return { ...(understand?.(topic, event, body) ?? NOTHING), revoked: false }
  },
}
