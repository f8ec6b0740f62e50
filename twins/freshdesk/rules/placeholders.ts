import { labelOf, priorities } from '../account.ts'
import { plainText } from '../../plain-value.ts'
import type { Conversation, Ticket } from '../records.ts'
import { forPeople } from '../times.ts'
import type { TicketEvent, World } from '../world.ts'
import { describeChange } from '../acts/change.ts'

/**
 * What placeholders stand for, by their names without braces: text for people. Numbers that have a name come as that
 * name, and dates as people read them.
 */
export function placeholdersOf(world: World, event: TicketEvent): Readonly<Record<string, string>> {
  const { ticket } = event
  const { account } = world
  const agent = ticket.responder_id === null ? undefined : world.agents.get(ticket.responder_id)
  const person = world.contacts.get(ticket.requester_id)
  const when = (at: string): string => forPeople(at, account.offsetMinutes)
  return {
    'ticket.id': String(ticket.id),
    'ticket.subject': ticket.subject ?? '',
    'ticket.description': ticket.description,
    'ticket.description_text': ticket.description_text,
    'ticket.url': `https://${account.domain}.freshdesk.com/helpdesk/tickets/${ticket.id}`,
    'ticket.portal_url': `https://${account.domain}.freshdesk.com/support/tickets/${ticket.id}`,
    'ticket.tags': ticket.tags.join(', '),
    'ticket.latest_public_comment': latest(ticket, (one) => !one.private)?.body_text ?? ticket.description_text,
    'ticket.latest_private_comment': latest(ticket, (one) => one.private)?.body_text ?? '',
    'ticket.group.name': ticket.group_id === null ? '' : (world.groups.get(ticket.group_id)?.name ?? ''),
    'ticket.agent.name': agent?.name ?? '',
    'ticket.agent.email': agent?.email ?? '',
    'ticket.status': labelOf(account.statuses, ticket.status),
    'ticket.priority': labelOf(priorities, ticket.priority),
    'ticket.source': labelOf(account.sources, ticket.source),
    'ticket.ticket_type': ticket.type ?? '',
    'ticket.due_by_time': when(ticket.due_by),
    'ticket.created_on': when(ticket.created_at),
    'ticket.modified_on': when(ticket.updated_at),
    'ticket.product': world.products.find(({ id }) => id === ticket.product_id)?.name ?? '',
    'ticket.company.name': ticket.company_id === null ? '' : (world.companies.get(ticket.company_id)?.name ?? ''),
    'ticket.requester.name': person?.name ?? '',
    'ticket.requester.email': person?.email ?? '',
    'ticket.requester.phone': person?.phone ?? '',
    'ticket.cc_emails': ticket.cc_emails.join(', '),
    ...Object.fromEntries(
      Object.entries(ticket.custom_fields).map(([name, value]) => [`ticket.${name}`, plainText(value)]),
    ),
    triggered_event: triggeredEvent(world, event),
    helpdesk_name: account.name,
  }
}

/** `{ticket_action:created}`, or what changed: `{status:{from:Open,to:Resolved},priority:{from:Low,to:High}}`. */
export function triggeredEvent(world: World, event: TicketEvent): string {
  if (event.kind === 'created') return '{ticket_action:created}'
  if (event.changes.length === 0) return '{ticket_action:updated}'
  return `{${event.changes.map((change) => describeChange(world, change).slice(1, -1)).join(',')}}`
}

/** Fills `{{placeholders}}`; one that nobody knows is left empty, as the real one leaves it. */
export function fillTemplate(
  template: string,
  values: Readonly<Record<string, string>>,
  escape: (text: string) => string,
): string {
  return template.replaceAll(/\{\{\s*([\w.]+)\s*\}\}/g, (_whole, name: string) => escape(values[name] ?? ''))
}

function latest(ticket: Ticket, fits: (conversation: Conversation) => boolean): Conversation | undefined {
  return ticket.conversations.findLast(fits)
}
