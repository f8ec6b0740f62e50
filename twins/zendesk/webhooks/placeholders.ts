import { commentsOf } from '../acts/audit.ts'
import type { Ticket } from '../records.ts'
import type { Actor, World } from '../world.ts'

/** What stands for the placeholders of a template. Source: the provider's "Placeholders reference". */
export function placeholdersOf(world: World, ticket: Ticket, by: Actor): Readonly<Record<string, string>> {
  const comments = commentsOf(ticket).map(({ comment }) => comment)
  const latest = comments.at(-1)
  const latestPublic = comments.findLast((comment) => comment.public)
  const person = (id: number | null, prefix: string): Record<string, string> => {
    const user = id === null ? undefined : world.users.get(id)
    return {
      [`${prefix}.id`]: user ? String(user.id) : '',
      [`${prefix}.name`]: user?.name ?? '',
      [`${prefix}.email`]: user?.email ?? '',
    }
  }
  return {
    'ticket.id': String(ticket.id),
    'ticket.title': ticket.subject,
    'ticket.description': ticket.description,
    // For people: it begins with a capital, and `hold` has two words.
    'ticket.status': ticket.status === 'hold' ? 'On-hold' : capital(ticket.status),
    'ticket.priority': capital(ticket.priority ?? ''),
    'ticket.ticket_type': capital(ticket.type ?? ''),
    'ticket.external_id': ticket.external_id ?? '',
    'ticket.tags': ticket.tags.join(' '),
    'ticket.via': ticket.via.channel,
    'ticket.group.id': String(ticket.group_id ?? ''),
    'ticket.group.name': ticket.group_id === null ? '' : (world.groups.get(ticket.group_id)?.name ?? ''),
    'ticket.created_at_with_timestamp': ticket.created_at,
    'ticket.updated_at_with_timestamp': ticket.updated_at,
    'ticket.latest_comment': latest?.plain_body ?? '',
    'ticket.latest_comment.id': String(latest?.id ?? ''),
    'ticket.latest_comment.is_public': String(latest?.public ?? ''),
    'ticket.latest_public_comment': latestPublic?.plain_body ?? '',
    ...person(ticket.requester_id, 'ticket.requester'),
    ...person(ticket.assignee_id, 'ticket.assignee'),
    ...person(by.id, 'current_user'),
  }
}

/** Fills a JSON template: what stands for a placeholder is escaped, what has none stays empty. */
export function fillTemplate(template: string, values: Readonly<Record<string, string>>): string {
  return template.replaceAll(/\{\{\s*([\w.]+)\s*\}\}/g, (_placeholder, name: string) =>
    JSON.stringify(values[name] ?? '').slice(1, -1),
  )
}

function capital(word: string): string {
  return `${word.charAt(0).toUpperCase()}${word.slice(1)}`
}
