import { isComment } from '../acts/audit.ts'
import type { Ticket } from '../records.ts'
import type { World } from '../world.ts'

/** One event of an export, and the second it happened in. */
export interface ExportedEvent {
  readonly id: number
  readonly generated: number
  readonly [detail: string]: unknown
}

/** What happened to all tickets, an event for each audit; with the comments only when they are asked for. */
export function ticketEventsOf(world: World, withComments: boolean): ExportedEvent[] {
  return [...world.tickets.values()].flatMap((ticket) =>
    ticket.audits.map((audit) => {
      const generated = Math.floor(Date.parse(audit.created_at) / 1_000)
      const children = audit.events.filter((event) => withComments || !isComment(event))
      return {
        id: audit.id,
        generated,
        ticket_id: ticket.id,
        timestamp: generated,
        created_at: audit.created_at,
        updater_id: audit.author_id,
        via: audit.via.channel,
        system: {},
        event_type: 'Audit',
        child_events: children.map((event) =>
          isComment(event)
            ? {
                id: event.id,
                event_type: 'Comment',
                comment_present: true,
                comment_public: event.public,
                body: event.plain_body,
              }
            : 'field_name' in event && typeof event.field_name === 'string'
              ? { id: event.id, event_type: event.type, [event.field_name]: event.value }
              : { ...event, event_type: event.type },
        ),
      }
    }),
  )
}

/** When the clocks of tickets were started and stopped: until the first answer, and until it was solved. */
export function metricEventsOf(world: World): ExportedEvent[] {
  return [...world.tickets.values()].flatMap((ticket) => momentsOf(world, ticket))
}

function momentsOf(world: World, ticket: Ticket): ExportedEvent[] {
  const [opening] = ticket.audits
  if (!opening) return []
  const moments: ExportedEvent[] = []
  const add = (metric: string, type: string, time: string): void => {
    const generated = Math.floor(Date.parse(time) / 1_000)
    // Five are the most that one ticket has of what is told here.
    const id = world.account.firstId + ticket.id * 8 + moments.length
    moments.push({ id, generated, ticket_id: ticket.id, metric, instance_id: 1, type, time })
  }
  add('reply_time', 'activate', opening.created_at)
  add('resolution_time', 'activate', opening.created_at)
  const isReply = (audit: Ticket['audits'][number]): boolean =>
    audit !== opening &&
    audit.events.some(
      (event) => isComment(event) && event.public && world.users.get(event.author_id)?.role !== 'end-user',
    )
  const reply = ticket.audits.find(isReply)
  if (reply) add('reply_time', 'fulfill', reply.created_at)
  const solved = ticket.audits.find(({ events }) =>
    events.some((event) => event.type === 'Change' && 'value' in event && event.value === 'solved'),
  )
  if (solved) add('resolution_time', 'fulfill', solved.created_at)
  return moments
}
