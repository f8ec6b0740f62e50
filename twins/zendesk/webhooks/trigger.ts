import { plainText } from '../../plain-value.ts'
import type { Ticket, Trigger, TriggerPart, Webhook } from '../records.ts'
import type { News, World } from '../world.ts'
import { fillTemplate, placeholdersOf } from './placeholders.ts'

/** A webhook that a trigger calls, with the body it wrote. */
export interface Notification {
  readonly webhook: Webhook
  readonly body: string
}

/** The calls that triggers make of what happened, in the order of the triggers. */
export function notificationsOf(world: World, news: News): Notification[] {
  if (!('ticket' in news.about) || !news.update) return []
  const { ticket } = news.about
  const moment: Moment = { world, ticket, update: news.update }
  const triggers = [...world.triggers.values()].toSorted((left, right) => left.position - right.position)
  return triggers.filter((trigger) => fits(moment, trigger)).flatMap((trigger) => callsOf(moment, trigger, news))
}

interface Moment {
  readonly world: World
  readonly ticket: Ticket
  readonly update: NonNullable<News['update']>
}

function fits(moment: Moment, { active, conditions }: Trigger): boolean {
  if (!active || moment.ticket.deleted) return false
  const { all, any } = conditions
  return all.every((one) => holds(moment, one)) && (any.length === 0 || any.some((one) => holds(moment, one)))
}

function callsOf({ world, ticket }: Moment, trigger: Trigger, news: News): Notification[] {
  return trigger.actions.flatMap(({ field, value }) => {
    if (field !== 'notification_webhook') return []
    const [id, template]: unknown[] = Array.isArray(value) ? value : [value]
    const webhook = world.webhooks.get(plainText(id))
    if (webhook?.status !== 'active') return []
    return [{ webhook, body: fillTemplate(plainText(template), placeholdersOf(world, ticket, news.by)) }]
  })
}

/** What conditions call the fields whose names differ. */
const names: Readonly<Record<string, string>> = { status: 'status', current_tags: 'tags', comment_is_public: 'comment' }

function holds({ ticket, update }: Moment, { field, operator = 'is', value }: TriggerPart): boolean {
  if (field === 'update_type') return (value === update.type) === (operator === 'is')
  const name = names[field] ?? field
  if (operator === 'changed') return update.changed.includes(name)
  if (operator === 'not_changed') return !update.changed.includes(name)
  if (field === 'comment_is_public') return update.type === 'Create' || update.changed.includes('comment')
  const actual = actualOf(ticket, field)
  const wanted = String(value)
  switch (operator) {
    case 'is':
      return actual.includes(wanted)
    case 'is_not':
      return !actual.includes(wanted)
    case 'includes':
      return wanted.split(' ').some((word) => actual.includes(word))
    case 'not_includes':
      return !wanted.split(' ').some((word) => actual.includes(word))
    case 'value':
      return update.changed.includes(name) && actual.includes(wanted)
    default:
      return false
  }
}

function actualOf(ticket: Ticket, field: string): string[] {
  switch (field) {
    case 'current_tags':
      return ticket.tags
    case 'status':
      return [ticket.status]
    case 'priority':
      return [ticket.priority ?? '']
    case 'type':
      return [ticket.type ?? '']
    case 'group_id':
      return [String(ticket.group_id ?? '')]
    case 'assignee_id':
      return [String(ticket.assignee_id ?? '')]
    case 'brand_id':
      return [String(ticket.brand_id)]
    case 'via_id':
      return [ticket.via.channel]
    default:
      return [plainText(ticket.custom_fields[field.replace('custom_fields_', '')])]
  }
}
