import { isRecord } from '../../exchange.ts'
import type { Delivery } from '../../deliveries.ts'
import { escapeHtml } from '../../plaintext.ts'
import type { Rule } from '../desk-records.ts'
import { plainText } from '../../plain-value.ts'
import type { TicketEvent, World } from '../world.ts'
import { fillTemplate, placeholdersOf } from './placeholders.ts'

type Json = Readonly<Record<string, unknown>>

/** What the simple layout ticks when nothing is ticked: names as they come, and the placeholder of each. */
const simpleFields: Readonly<Record<string, string>> = {
  ticket_id: 'ticket.id',
  ticket_subject: 'ticket.subject',
  ticket_description: 'ticket.description',
  ticket_url: 'ticket.url',
  ticket_portal_url: 'ticket.portal_url',
  ticket_tags: 'ticket.tags',
  ticket_latest_public_comment: 'ticket.latest_public_comment',
  ticket_group_name: 'ticket.group.name',
  ticket_agent_name: 'ticket.agent.name',
  ticket_agent_email: 'ticket.agent.email',
  ticket_status: 'ticket.status',
  ticket_priority: 'ticket.priority',
  ticket_source: 'ticket.source',
  ticket_ticket_type: 'ticket.ticket_type',
  ticket_due_by_time: 'ticket.due_by_time',
  ticket_created_on: 'ticket.created_on',
  ticket_company_name: 'ticket.company.name',
  ticket_contact_name: 'ticket.requester.name',
  ticket_contact_email: 'ticket.requester.email',
  ticket_contact_phone: 'ticket.requester.phone',
  triggered_event: 'triggered_event',
}

/**
 * The calls a rule makes of an event. There is no signature, no id and no time in them: whoever gets one knows the
 * sender by the headers and the address the rule was given.
 *
 * What the actions of a rule look like is not confirmed by any source, so anything with an address that says it is a
 * webhook is one.
 */
export function webhooksOf(world: World, rule: Rule, event: TicketEvent): Delivery[] {
  const actions: unknown[] = Array.isArray(rule.content['actions']) ? rule.content['actions'] : []
  return actions.filter(isRecord).flatMap((action): Delivery[] => {
    const address = action['url']
    if (typeof address !== 'string' || !plainText(action['field_name'] ?? 'trigger_webhook').includes('webhook'))
      return []
    const values = placeholdersOf(world, event)
    const url = fillTemplate(address, values, encodeURIComponent)
    if (!URL.canParse(url)) return []
    // As things are now: later changes must not show in a call that waits.
    const { body, contentType } = contentOf(action, values)
    const headers = { ...headersOf(action), 'Content-Type': contentType }
    const method = typeof action['request_type'] === 'string' ? action['request_type'].toUpperCase() : 'POST'
    return [{ topic: `${rule.name} (${rule.id})`, to: { url, method }, compose: () => ({ body, headers }) }]
  })
}

function contentOf(action: Json, values: Readonly<Record<string, string>>): { body: string; contentType: string } {
  const content = isRecord(action['content']) ? action['content'] : {}
  const said = (name: string): string => plainText(content[name] ?? action[name]).toLowerCase()
  const type = said('content_type')
  const template = content['body'] ?? content['template'] ?? content['content']
  const isAdvanced = said('content_layout').includes('advanced') || typeof template === 'string' || isRecord(template)
  if (type.includes('xml'))
    return {
      contentType: 'application/xml',
      body: xml(isAdvanced ? template : undefined, simple(content, values), values),
    }
  if (type.includes('form')) {
    const form = isAdvanced && isRecord(template) ? filled(template, values) : simple(content, values)
    return { contentType: 'application/x-www-form-urlencoded', body: new URLSearchParams(texts(form)).toString() }
  }
  const contentType = 'application/json'
  if (typeof template === 'string') return { contentType, body: fillTemplate(template, values, inJson) }
  if (isRecord(template)) return { contentType, body: JSON.stringify(filled(template, values)) }
  return { contentType, body: JSON.stringify({ freshdesk_webhook: simple(content, values) }) }
}

function simple(content: Json, values: Readonly<Record<string, string>>): Record<string, unknown> {
  const ticked: unknown[] = Array.isArray(content['fields']) ? content['fields'] : Object.keys(simpleFields)
  const entries = ticked.map(plainText).map((name): [string, unknown] => {
    const value = values[simpleFields[name] ?? name.replace('_', '.')] ?? null
    // The number of a ticket is the one value that comes as a number.
    return [name, name === 'ticket_id' ? Number(value) : value]
  })
  return Object.fromEntries(entries)
}

function filled(template: Json, values: Readonly<Record<string, string>>): Record<string, unknown> {
  const fill = (value: unknown): unknown => {
    if (typeof value === 'string') return fillTemplate(value, values, (text) => text)
    if (Array.isArray(value)) return value.map(fill)
    return isRecord(value) ? filled(value, values) : value
  }
  return Object.fromEntries(Object.entries(template).map(([name, value]) => [name, fill(value)]))
}

function xml(template: unknown, ticked: Json, values: Readonly<Record<string, string>>): string {
  if (typeof template === 'string') return fillTemplate(template, values, escapeHtml)
  const rows = Object.entries(ticked).map(([name, value]) => `  <${name}>${escapeHtml(plainText(value))}</${name}>\n`)
  return `<?xml version="1.0" encoding="UTF-8"?>\n<freshdesk_webhook>\n${rows.join('')}</freshdesk_webhook>\n`
}

function headersOf(action: Json): Record<string, string> {
  const headers: Record<string, string> = {}
  const basic = (user: string, password: string): void => {
    headers['Authorization'] = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
  }
  const auth = action['auth_header']
  if (isRecord(auth) && typeof auth['username'] === 'string') basic(auth['username'], plainText(auth['password']))
  if (typeof action['api_key'] === 'string') basic(action['api_key'], 'X')
  return { ...headers, ...(isRecord(action['custom_headers']) ? texts(action['custom_headers']) : {}) }
}

function texts(values: Json): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, plainText(value)]))
}

function inJson(text: string): string {
  return JSON.stringify(text).slice(1, -1)
}
