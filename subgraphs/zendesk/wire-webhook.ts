import { z } from 'zod'
import { readWire } from '../../kit/read-wire.ts'
import { wireId, wireReference, wireText, wireTime } from '../../kit/wire.ts'
import type { Json } from '../../store/kinds.ts'
import { PROVIDER } from './wire.ts'

const PREFIX = 'zen:event-type:'

/** An event that was subscribed to. Ids are texts here, and words of closed sets in capitals. Source: "Webhook event types", version 2022-11-06. */
const wireEvent = z.looseObject({
  type: z.string(),
  id: wireReference,
  time: wireTime,
  detail: z
    .looseObject({ id: wireReference, ticket_id: wireReference, created_at: wireTime, role: wireText })
    .nullish(),
  event: z
    .looseObject({
      comment: z
        .looseObject({
          id: wireReference,
          body: wireText,
          is_public: z.boolean().nullish(),
          author: z.looseObject({ id: wireReference, is_staff: z.boolean().nullish(), name: wireText }).nullish(),
        })
        .nullish(),
      user: z.looseObject({ id: wireReference }).nullish(),
    })
    .nullish(),
})
export type EventWire = z.output<typeof wireEvent>

/**
 * What a trigger or automation is to send, where it calls the webhook instead of events: this template of ours.
 *
 * `{"ticket_id": "{{ticket.id}}"}`: more is not needed, since the ticket is read again.
 */
const wireTriggered = z.looseObject({ ticket_id: wireId })

/** The call of a trigger; null when it is an event. */
export const readTriggered = (body: Json): z.output<typeof wireTriggered> | null =>
  wireTriggered.safeParse(body).data ?? null

/** The event that was subscribed to. @throws MalformedError */
export const readEvent = (body: Json): EventWire => readWire(wireEvent, body, { provider: PROVIDER, stream: 'webhook' })

/** What an event is about: `ticket.created`. */
export const topicOf = ({ type }: EventWire): string => (type.startsWith(PREFIX) ? type.slice(PREFIX.length) : type)
