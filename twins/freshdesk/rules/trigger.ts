import { isRecord } from '../../exchange.ts'
import type { Delivery } from '../../deliveries.ts'
import type { Rule } from '../desk-records.ts'
import { plainText } from '../../plain-value.ts'
import type { Ticket } from '../records.ts'
import type { Actor, Change, TicketEvent, World } from '../world.ts'
import { system } from '../world.ts'
import { webhooksOf } from './webhook.ts'

/** Automations, as they are numbered. */
export const automations = { creation: 1, hourly: 3, updates: 4 } as const

/** Performers, as they are numbered. */
const performers: Readonly<Record<number, readonly Actor['type'][]>> = {
  1: ['agent'],
  2: ['requester'],
  3: ['agent', 'requester'],
  4: ['system'],
}
const anyone = 3

/** The calls that an event sets off: those of every active rule that it fits, in the order of the rules. */
export function callsOf(world: World, event: TicketEvent): Delivery[] {
  const automation = event.kind === 'created' ? automations.creation : automations.updates
  if (event.kind === 'updated' && event.changes.length === 0) return []
  return rulesOf(world, automation)
    .filter((rule) => event.kind === 'created' || (isBy(world, rule, event.by) && hasEvent(rule, event.changes)))
    .filter((rule) => conditionsHold(rule, event.ticket))
    .flatMap((rule) => webhooksOf(world, rule, event))
}

/** The calls that the hourly rules make of one ticket. */
export function hourlyCallsOf(world: World, ticket: Ticket): Delivery[] {
  const event: TicketEvent = { kind: 'updated', ticket, by: system, changes: [] }
  return rulesOf(world, automations.hourly)
    .filter((rule) => conditionsHold(rule, ticket))
    .flatMap((rule) => webhooksOf(world, rule, event))
}

function rulesOf(world: World, automation: number): Rule[] {
  return [...world.rules.values()]
    .filter((rule) => rule.active && rule.automation_type_id === automation)
    .toSorted((left, right) => left.position - right.position)
}

/** Whether a rule is for whoever acts. A rule that names no performer is for everyone. */
function isBy(world: World, rule: Rule, by: Actor): boolean {
  const { performer } = rule.content
  if (!isRecord(performer)) return true
  const type = Number(performer['type'] ?? anyone)
  if (performers[type]?.includes(by.type) !== true) return false
  if (type === 1 && by.via === 'api' && !world.account.apiActsAsAgent) return false
  const { members } = performer
  return !Array.isArray(members) || members.length === 0 || members.includes(by.id)
}

/** What a rule calls the fields whose names differ. */
const fieldNames: Readonly<Record<string, string>> = { ticket_type: 'type' }

function hasEvent(rule: Rule, changes: readonly Change[]): boolean {
  const { events } = rule.content
  if (!Array.isArray(events) || events.length === 0) return true
  return events.filter(isRecord).some((wanted) => {
    const name = plainText(wanted['field_name'])
    if (name === 'ticket_action') return changes.length > 0
    const change = changes.find(({ field }) => field === (fieldNames[name] ?? name))
    if (!change) return false
    return isWanted(wanted['from'], change.from) && isWanted(wanted['to'] ?? wanted['value'], change.to)
  })
}

/** Nothing and `--` mean any value. */
function isWanted(wanted: unknown, actual: unknown): boolean {
  return (
    wanted === undefined ||
    wanted === null ||
    wanted === '' ||
    wanted === '--' ||
    plainText(wanted) === plainText(actual)
  )
}

function conditionsHold(rule: Rule, ticket: Ticket): boolean {
  const { conditions, operator } = rule.content
  if (!Array.isArray(conditions) || conditions.length === 0) return true
  const results = conditions.filter(isRecord).map((set) => {
    const properties = Array.isArray(set['properties']) ? set['properties'].filter(isRecord) : []
    const holds = properties.map((property) => propertyHolds(property, ticket))
    return set['match_type'] === 'any' ? holds.some(Boolean) : holds.every(Boolean)
  })
  return plainText(operator ?? '').includes(' or ') ? results.some(Boolean) : results.every(Boolean)
}

function propertyHolds(property: Readonly<Record<string, unknown>>, ticket: Ticket): boolean {
  const name = plainText(property['field_name'])
  const actual = valueOf(ticket, fieldNames[name] ?? name)
  const { value } = property
  const isIn = (Array.isArray(value) ? value : [value]).some((one) => plainText(one) === plainText(actual))
  switch (property['operator']) {
    case 'not_in':
    case 'is_not':
      return !isIn
    case 'contains':
      return plainText(actual).toLowerCase().includes(plainText(value).toLowerCase())
    default:
      return isIn
  }
}

function valueOf(ticket: Ticket, name: string): unknown {
  switch (name) {
    case 'status':
    case 'priority':
    case 'type':
    case 'source':
    case 'group_id':
    case 'responder_id':
    case 'product_id':
    case 'subject':
      return ticket[name]
    case 'tag_names':
      return ticket.tags.join(',')
    default:
      return ticket.custom_fields[name]
  }
}
