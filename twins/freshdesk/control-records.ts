import { isRecord } from '../exchange.ts'
import { numbersOf, textOf } from '../control.ts'
import type { ControlCall, ControlHandler } from '../control.ts'
import type { RouteTable } from '../router.ts'
import { changeTicket } from './acts/change.ts'
import { createContact, hardDelete, setDeleted, updateContact } from './acts/contacts.ts'
import { deskOf } from '../desks.ts'
import type { Desk } from './controlled.ts'
import { renderContact } from './render/people.ts'
import { addRule } from './routes/automations.ts'
import { deleteCompany } from './routes/companies.ts'
import { automations } from './rules/trigger.ts'
import { getCompany, getContact, getTicket, system } from './world.ts'
import type { World } from './world.ts'

type Body = ControlCall['body']

/** Changing records behind everybody's back, and seeding rules that call somebody. */
export function recordControls(desks: readonly Desk[]): RouteTable<ControlHandler> {
  const worldOf = (body: Body): World => deskOf(desks, body['account']).world
  return {
    'POST /contacts'({ body }) {
      const name = textOf(body, 'name') ?? 'Somebody'
      const email = textOf(body, 'email')
      return renderContact(createContact(worldOf(body), { name, ...(email === undefined ? {} : { email }) }))
    },
    'POST /contacts/{id}'({ params, body }) {
      const world = worldOf(body)
      const contact = getContact(world, Number(params['id']))
      const name = textOf(body, 'name')
      updateContact(world, contact, name === undefined ? {} : { name })
      if (typeof body['blocked'] === 'boolean') contact.blocked = body['blocked']
      return renderContact(contact)
    },
    'POST /delete'({ body }) {
      const { id = 0 } = numbersOf(body, ['id'])
      remove(worldOf(body), { kind: textOf(body, 'kind') ?? '', id, purge: body['purge'] === true })
      return { deleted: id }
    },
    'POST /archive'({ body }) {
      const ticket = getTicket(worldOf(body), numbersOf(body, ['id']).id ?? 0)
      ticket.archived = true
      return { archived: ticket.id }
    },
    'POST /webhooks'({ body }) {
      return { rules: seedRules(worldOf(body), body) }
    },
  }
}

/** Lets the creation and the update of every ticket call an address, whoever acts. */
function seedRules(world: World, body: Body): number[] {
  const url = textOf(body, 'url')
  if (url === undefined || !URL.canParse(url)) throw new TypeError('url must be an address')
  const [admin] = world.agents.keys()
  const action = {
    field_name: 'trigger_webhook',
    request_type: 'POST',
    url,
    ...(isRecord(body['headers']) ? { custom_headers: body['headers'] } : {}),
    content: isRecord(body['content']) ? body['content'] : { content_type: 'JSON', content_layout: 'simple' },
  }
  const { performer = 3 } = numbersOf(body, ['performer'])
  const kinds = [
    { type: automations.creation, name: 'Tell of new tickets', events: [] },
    { type: automations.updates, name: 'Tell of changed tickets', events: [{ field_name: 'ticket_action' }] },
  ]
  return kinds.map(({ type, name, events }) => {
    const rule = { performer: { type: performer }, events, conditions: [], actions: [action] }
    return addRule(world, { type, name, by: admin ?? 0, body: rule }).id
  })
}

function remove(world: World, what: { kind: string; id: number; purge: boolean }): void {
  const { kind, id, purge } = what
  switch (kind) {
    case 'ticket': {
      const ticket = getTicket(world, id)
      if (purge) world.tickets.delete(id)
      else changeTicket(world, ticket, system, { change: () => (ticket.deleted = true) })
      return
    }
    case 'contact': {
      const contact = getContact(world, id)
      if (purge) hardDelete(world, contact)
      else setDeleted(world, contact, 'deleted')
      return
    }
    case 'company':
      deleteCompany(world, getCompany(world, id))
      return
    default:
      throw new TypeError(`kind must be ticket, contact or company, but got "${kind}"`)
  }
}
