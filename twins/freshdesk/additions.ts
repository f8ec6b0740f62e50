import { isRecord } from '../exchange.ts'
import { closed, integer, listOf, nullableText, objectAt, refer, text, time } from './description.ts'
import type { Json } from './description.ts'

/** Adds to a description what it does not have, in place. */
export function addMissing(document: Json): void {
  addSchemas(objectAt(objectAt(document, 'components'), 'schemas'))
  Object.assign(objectAt(document, 'paths'), named(added()))
}

function addSchemas(schemas: Json): void {
  schemas['SlaPolicy'] = closed({
    id: integer,
    name: text,
    description: nullableText,
    active: { type: 'boolean' },
    is_default: { type: 'boolean' },
    position: { type: 'integer' },
    sla_target: { type: 'object' },
    applicable_to: { type: 'object' },
    escalation: { type: 'object' },
    created_at: time,
    updated_at: time,
  })
  schemas['BusinessHours'] = closed({
    id: integer,
    name: text,
    description: text,
    is_default: { type: 'boolean' },
    time_zone: text,
    business_hours: { type: 'object' },
    created_at: time,
    updated_at: time,
  })
}

/**
 * Calls that a desk needs and the description does not have. Time entries, agents, SLA policies and business hours
 * follow the public reference; marking as spam is not confirmed by any source.
 */
function added(): Json {
  const list = (schema: string) => ({ get: { parameters: pages, responses: answers('200', listOf(schema)) } })
  const write = (schema: string, status: string) => ({
    requestBody: anyObject,
    responses: answers(status, refer(schema)),
  })
  const nothing = { responses: { '204': { description: 'done' } } }
  return {
    '/tickets/{ticket_id}/spam': { put: nothing },
    '/tickets/{ticket_id}/unspam': { put: nothing },
    '/tickets/{ticket_id}/time_entries': {
      get: { parameters: pages, responses: answers('200', listOf('TimeEntry')) },
      post: write('TimeEntry', '201'),
    },
    '/time_entries/{time_entry_id}': { put: write('TimeEntry', '200'), delete: nothing },
    '/time_entries/{time_entry_id}/toggle_timer': { put: { responses: answers('200', refer('TimeEntry')) } },
    '/agents': {
      get: {
        parameters: [...pages, ...queries('email', 'mobile', 'phone', 'state')],
        responses: answers('200', listOf('Agent')),
      },
      post: write('Agent', '201'),
    },
    '/agents/{agent_id}': {
      get: { responses: answers('200', refer('Agent')) },
      put: write('Agent', '200'),
      delete: nothing,
    },
    '/sla_policies': { ...list('SlaPolicy'), post: write('SlaPolicy', '201') },
    '/sla_policies/{sla_policy_id}': { put: write('SlaPolicy', '200') },
    '/business_hours': list('BusinessHours'),
    '/business_hours/{business_hour_id}': { get: { responses: answers('200', refer('BusinessHours')) } },
  }
}

/** Every operation has an id of its own and says what stands in its path, or nothing is compared with it. */
function named(paths: Json): Json {
  for (const [path, methods] of Object.entries(paths)) {
    if (!isRecord(methods)) continue
    const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => {
      return { name, in: 'path', required: true, schema: integer }
    })
    for (const [method, operation] of Object.entries(methods)) {
      if (!isRecord(operation)) continue
      const described: unknown[] = Array.isArray(operation['parameters']) ? operation['parameters'] : []
      methods[method] = { ...operation, operationId: `${method} ${path}`, parameters: [...described, ...inPath] }
    }
  }
  return paths
}

const pages = [
  { name: 'page', in: 'query', schema: { type: 'integer', minimum: 1 } },
  { name: 'per_page', in: 'query', schema: { type: 'integer', minimum: 1, maximum: 100 } },
]
const anyObject = { content: { 'application/json': { schema: { type: 'object' } } } }

function queries(...names: string[]): Json[] {
  return names.map((name) => ({ name, in: 'query', schema: text }))
}

function answers(status: string, schema: Json): Json {
  return { [status]: { description: 'OK', content: { 'application/json': { schema } } } }
}
