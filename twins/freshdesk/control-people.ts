import { numbersOf, textOf } from '../control.ts'
import type { ControlCall, ControlHandler } from '../control.ts'
import type { RouteTable } from '../router.ts'
import { webChat } from './account.ts'
import { updateAgent } from './acts/agents.ts'
import { changeTicket } from './acts/change.ts'
import { requesterFor } from './acts/contacts.ts'
import { note, reply, writeAsRequester } from './acts/conversations.ts'
import { createTicket, updateTicket } from './acts/tickets.ts'
import { checkFields } from './check.ts'
import { deskOf } from '../desks.ts'
import type { Desk } from './controlled.ts'
import { ticketRules } from './fields.ts'
import type { Agent } from './desk-records.ts'
import type { Contact, Ticket } from './records.ts'
import { renderConversation, renderTicket } from './render/ticket.ts'
import { rate } from './routes/surveys.ts'
import { asAgent, asRequester, getAgent, getContact, getTicket } from './world.ts'
import type { World } from './world.ts'
import { isRecord } from '../exchange.ts'

type Body = ControlCall['body']

/** Acting as customers, and as agents at the desk's own pages. */
export function personControls(desks: readonly Desk[]): RouteTable<ControlHandler> {
  const within = (act: (world: World, body: Body) => unknown): ControlHandler => {
    return ({ body }) => act(deskOf(desks, body['account']).world, body)
  }
  return {
    'POST /customers/open': within((world, body) => {
      const requester = contactFor(world, body)
      const { source = 1 } = numbersOf(body, ['source'])
      const fields = { subject: textOf(body, 'subject') ?? 'No subject', description: said(body) }
      return renderTicket(world, createTicket(world, asRequester(requester), { requester, source, fields }))
    }),
    'POST /customers/reply': within((world, body) => {
      const ticket = ticketOf(world, body)
      const contact = getContact(world, numbersOf(body, ['contactId']).contactId ?? ticket.requester_id)
      const added = writeAsRequester(world, ticket, contact, wordsFor(ticket, body), asRequester(contact))
      return renderConversation(world, added)
    }),
    'POST /customers/rate': within((world, body) => {
      const ticket = ticketOf(world, body)
      const ratings = { default_question: signedNumber(body, 'rating') }
      return rate(world, ticket, asRequester({ id: ticket.requester_id }), {
        ratings,
        feedback: textOf(body, 'feedback') ?? null,
      })
    }),
    'POST /agents/reply': within((world, body) => {
      const [ticket, agent] = [ticketOf(world, body), agentFor(world, body)]
      const own = { ...wordsFor(ticket, body), userId: agent.id }
      const by = asAgent(agent, 'desk')
      const added =
        body['note'] === true
          ? note(world, ticket, by, { ...own, private: true, incoming: false, notify: [] })
          : reply(world, ticket, by, own)
      return renderConversation(world, added)
    }),
    'POST /agents/update': within((world, body) => {
      const ticket = ticketOf(world, body)
      const fields = isRecord(body['fields']) ? body['fields'] : {}
      checkFields(fields, ticketRules(world.account))
      updateTicket(world, ticket, asAgent(agentFor(world, body), 'desk'), { fields })
      return renderTicket(world, ticket)
    }),
    'POST /agents/spam': within((world, body) => {
      const ticket = ticketOf(world, body)
      const spam = body['spam'] !== false
      changeTicket(world, ticket, asAgent(agentFor(world, body), 'desk'), { change: () => (ticket.spam = spam) })
      return renderTicket(world, ticket)
    }),
    'POST /agents/available': within((world, body) => {
      const agent = agentFor(world, body)
      updateAgent(world, agent, { available: body['available'] === true })
      return { id: agent.id, available: agent.available }
    }),
    'POST /agents/unlock': within((world, body) => {
      const agent = agentFor(world, body)
      agent.failedLogins = 0
      return { id: agent.id }
    }),
  }
}

function ticketOf(world: World, body: Body): Ticket {
  return getTicket(world, numbersOf(body, ['ticketId']).ticketId ?? 0)
}

/** Whom a body names; somebody when it names nobody. */
function contactFor(world: World, body: Body): Contact {
  const { contactId } = numbersOf(body, ['contactId'])
  if (contactId !== undefined) return getContact(world, contactId)
  const email = textOf(body, 'email')
  if (email !== undefined) return requesterFor(world, { email, name: textOf(body, 'name') })
  return world.random.pick([...world.contacts.values()].filter(({ deleted, blocked }) => !deleted && !blocked))
}

function agentFor(world: World, body: Body): Agent {
  const { agentId } = numbersOf(body, ['agentId'])
  return agentId === undefined ? world.random.pick([...world.agents.values()]) : getAgent(world, agentId)
}

function wordsFor(ticket: Ticket, body: Body) {
  const text = said(body)
  const structured = { body_contents: [{ type: 'text', data: { content: text } }] }
  return ticket.source === webChat ? { structured } : { body: text }
}

function said(body: Body): string {
  const text = textOf(body, 'body')
  if (text === undefined) throw new TypeError('body must say something')
  return text
}

function signedNumber(body: Body, name: string): number {
  const value = body[name]
  if (typeof value !== 'number') throw new TypeError(`${name} must be a number`)
  return value
}
