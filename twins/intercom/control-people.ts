import { numbersOf, textOf } from '../control.ts'
import type { ControlCall, ControlHandler } from '../control.ts'
import type { RouteTable } from '../router.ts'
import { openAsContact, rate, readAsContact, replyAsAdmin, replyAsContact, setPriority } from './acts/conversations.ts'
import { assign, close, open, snooze } from './acts/states.ts'
import { rateTicket, replyToTicketAsContact, setTicketState } from './acts/tickets.ts'
import type { Admin, Contact, Conversation, Priority } from './records.ts'
import { renderConversation, renderPart } from './render/conversation.ts'
import { renderTicket } from './render/ticket.ts'
import { adminAuthor, getAdmin, getContact, getConversation, getTicket } from './world.ts'
import type { World } from './world.ts'

/** Acting as a customer: write, write again, read, rate. */
export function customerControls(world: World): RouteTable<ControlHandler> {
  return {
    'POST /customers/open'({ body }) {
      const contact = contactOf(world, body)
      return renderConversation(world, openAsContact(world, contact, { body: said(body) }))
    },
    'POST /customers/reply'({ body }) {
      const conversation = conversationOf(world, body)
      const contact = getContact(world, textOf(body, 'contactId') ?? conversation.contactIds[0] ?? '')
      return renderPart(world, replyAsContact(world, conversation, contact, { body: said(body) }))
    },
    'POST /customers/read'({ body }) {
      const conversation = conversationOf(world, body)
      readAsContact(world, conversation)
      return renderConversation(world, conversation)
    },
    'POST /customers/rate'({ body }) {
      const conversation = conversationOf(world, body)
      const { rating } = numbersOf(body, ['rating'])
      if (rating === undefined || rating < 1 || rating > 5) throw new TypeError('rating must be 1 to 5')
      rate(world, conversation, { rating, remark: textOf(body, 'remark') ?? null })
      return renderConversation(world, conversation)
    },
    'POST /customers/reply-ticket'({ body }) {
      const ticket = getTicket(world, textOf(body, 'ticketId') ?? '')
      const contact = getContact(world, textOf(body, 'contactId') ?? ticket.contactIds[0] ?? '')
      replyToTicketAsContact(world, ticket, contact, { body: said(body) })
      return renderTicket(world, ticket)
    },
    'POST /customers/rate-ticket'({ body }) {
      const ticket = getTicket(world, textOf(body, 'ticketId') ?? '')
      const { rating } = numbersOf(body, ['rating'])
      rateTicket(world, ticket, rating ?? 5)
      return renderTicket(world, ticket)
    },
  }
}

const priorities: readonly Priority[] = ['none', 'low', 'medium', 'high', 'urgent']

/** Acting as an admin: answer, note, close, open, snooze, assign. */
export function adminControls(world: World): RouteTable<ControlHandler> {
  const acting = (act: (call: { conversation: Conversation; admin: Admin; body: ControlCall['body'] }) => void) => {
    return ({ body }: ControlCall) => {
      const conversation = conversationOf(world, body)
      act({ conversation, admin: adminOf(world, body), body })
      return renderConversation(world, conversation)
    }
  }
  return {
    'POST /admins/reply': acting(({ conversation, admin, body }) => {
      const kind = body['note'] === true ? 'note' : 'comment'
      replyAsAdmin(world, conversation, { author: adminAuthor(admin), kind, body: said(body) })
    }),
    'POST /admins/close': acting(({ conversation, admin }) => {
      close(world, conversation, { author: adminAuthor(admin) })
    }),
    'POST /admins/open': acting(({ conversation, admin }) => {
      open(world, conversation, { author: adminAuthor(admin) })
    }),
    'POST /admins/snooze': acting(({ conversation, admin, body }) => {
      const { until } = numbersOf(body, ['until'])
      snooze(world, conversation, { author: adminAuthor(admin), until: until ?? world.clock.seconds() + 3_600 })
    }),
    'POST /admins/assign': acting(({ conversation, admin, body }) => {
      const assignee = textOf(body, 'assigneeId')
      const team = textOf(body, 'teamId')
      const to =
        assignee !== undefined
          ? { type: 'admin' as const, id: assignee }
          : team !== undefined
            ? { type: 'team' as const, id: team }
            : null
      assign(world, conversation, { author: adminAuthor(admin), to })
    }),
    'POST /admins/priority': acting(({ conversation, admin, body }) => {
      const priority = priorities.find((candidate) => candidate === body['priority'])
      if (!priority) throw new TypeError(`priority must be one of ${priorities.join(', ')}`)
      setPriority(world, conversation, priority, adminAuthor(admin))
    }),
    'POST /admins/ticket-state'({ body }) {
      const ticket = getTicket(world, textOf(body, 'ticketId') ?? '')
      setTicketState(world, ticket, textOf(body, 'stateId') ?? '', adminAuthor(adminOf(world, body)))
      return renderTicket(world, ticket)
    },
  }
}

function conversationOf(world: World, body: ControlCall['body']): Conversation {
  return getConversation(world, textOf(body, 'conversationId') ?? '')
}

function contactOf(world: World, body: ControlCall['body']): Contact {
  const id = textOf(body, 'contactId')
  if (id !== undefined) return getContact(world, id)
  const contacts = [...world.contacts.values()].filter((contact) => !contact.archived)
  return world.random.pick(contacts)
}

function adminOf(world: World, body: ControlCall['body']): Admin {
  const id = textOf(body, 'adminId')
  return id === undefined ? world.random.pick(world.admins) : getAdmin(world, id)
}

function said(body: ControlCall['body']): string {
  const text = textOf(body, 'body')
  if (text === undefined) throw new TypeError('body must say something')
  return text
}
