import { z } from 'zod'
import type { Webhook } from '../../kit/contract.ts'
import { readWire } from '../../kit/read-wire.ts'
import { wireId } from '../../kit/wire.ts'
import type { Json } from '../../store/kinds.ts'
import { subscription } from './subscribing.ts'
import { SECRET_HEADER } from './template.ts'
import { PROVIDER } from './wire.ts'

/**
 * A call of an automation rule: our own template, or the simple layout, which wraps the fields that a person ticked.
 * Its values are text for people, so that only the ticket's id is taken from it.
 */
const wireCall = z.union([
  z.looseObject({ ticket_id: wireId, triggered_event: z.string().nullish() }),
  z
    .looseObject({ freshdesk_webhook: z.looseObject({ ticket_id: wireId, triggered_event: z.string().nullish() }) })
    .transform((body) => body.freshdesk_webhook),
])

const read = (body: Json): z.output<typeof wireCall> =>
  readWire(wireCall, body, { provider: PROVIDER, stream: 'webhook' })

/** `{ticket_action:created}` tells of a new ticket; everything else, of a changed one. */
const topicOf = (event: string | null | undefined): string =>
  /ticket_action\s*:\s*created/.test(event ?? '') ? 'ticket.created' : 'ticket.updated'

/**
 * Freshdesk's calls: signed by nobody, without an id or a time, in any order, and dropped after a day. They say no more
 * than that a ticket moved, so that it is read again.
 */
export const webhook: Webhook = {
  proof: { kind: 'shared-secret', header: SECRET_HEADER },
  addressee: 'integration',
  subscription,
  envelope(body) {
    const { triggered_event: event } = read(body)
    return { deliveryId: null, accountId: null, topic: topicOf(event), sentAt: null, probe: false }
  },
  interpret(body) {
    return { changes: [], reread: [{ stream: 'tickets', remoteId: read(body).ticket_id }], revoked: false }
  },
}
