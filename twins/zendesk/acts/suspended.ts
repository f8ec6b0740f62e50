import type { SuspendedTicket, Ticket } from '../records.ts'
import { nextId, nowIn } from '../../world.ts'
import { system, via } from '../world.ts'
import type { Actor, World } from '../world.ts'
import { userByEmail } from './identities.ts'
import { createTicket } from './tickets.ts'
import { createUser } from './users.ts'

/** A mail that came. */
export interface SuspendedMail {
  readonly email: string
  readonly name: string
  readonly subject: string
  readonly body: string
  readonly cause: string
}

/** Keeps a mail from becoming a ticket. */
export function suspendMail(world: World, { email, name, subject, body, cause }: SuspendedMail): SuspendedTicket {
  const id = nextId(world, 'suspended')
  const suspended: SuspendedTicket = {
    id,
    author: { id: userByEmail(world, email)?.id ?? null, name, email },
    cause,
    // The example of the reference has 0 for several causes; their numbers are not confirmed by a source.
    cause_id: 0,
    subject,
    content: body,
    message_id: `<${id}@mail.example>`,
    recipient: `support@${world.account.subdomain}.example`,
    created_at: nowIn(world),
  }
  world.suspended.set(id, suspended)
  return suspended
}

/** Makes a ticket of it after all: of the one who is given, or else of its author. */
export function recoverMail(world: World, suspended: SuspendedTicket, by: Actor | null): Ticket {
  const { id, subject, content } = suspended
  const writer = by ?? { id: authorOf(world, suspended), via: via('email') }
  const { ticket } = createTicket(world, writer, { subject, comment: { body: content }, requester_id: writer.id })
  world.suspended.delete(id)
  return ticket
}

function authorOf(world: World, { author }: SuspendedTicket): number {
  const { name, email } = author
  const known = userByEmail(world, email)
  return (known ?? createUser(world, system, { name, email })).id
}
