import { nextId } from '../world.ts'
import type { World } from '../world.ts'
import type { Attachment, Author, Conversation, ConversationState, Part, Reference, Ticket } from '../records.ts'

/** What a new part says. */
export interface NewPart {
  readonly type: string
  readonly author: Author
  readonly body?: string | null
  readonly assignedTo?: Reference | null
  readonly attachments?: readonly Attachment[]
  readonly eventDetails?: Record<string, unknown>
  readonly ticketState?: Part['ticketState']
  readonly attribute?: Part['attribute']
  /** Unix seconds; now unless told. */
  readonly at?: number
}

/** Adds a part at the end and moves the record's time with it. */
export function addPart(world: World, to: Conversation | Ticket, part: NewPart): Part {
  const at = part.at ?? world.clock.seconds()
  const added: Part = {
    id: nextId(world, 'part'),
    type: part.type,
    body: part.body ?? null,
    createdAt: at,
    updatedAt: at,
    author: part.author,
    assignedTo: part.assignedTo ?? null,
    attachments: part.attachments ?? [],
    redacted: false,
    state: standing(to),
    tags: [],
    eventDetails: part.eventDetails ?? null,
    ...(part.ticketState ? { ticketState: part.ticketState } : {}),
    ...(part.attribute ? { attribute: part.attribute } : {}),
  }
  to.parts.push(added)
  to.updatedAt = Math.max(to.updatedAt, at)
  return added
}

function standing(to: Conversation | Ticket): ConversationState {
  return 'state' in to ? to.state : to.open ? 'open' : 'closed'
}
