import { isRecord } from '../exchange.ts'

type Json = Record<string, unknown>

/**
 * What the description's schemas leave open and its text and the provider's notes do not: a record shows all of its
 * fields, those without a value as null, and none that is not described. Fields here may be missing nevertheless: those
 * that are embedded on demand, those of deleted records and of chats, and those that only the single record has.
 */
const mayBeMissing: Readonly<Record<string, readonly string[]>> = {
  Attachment: [],
  TicketStats: [],
  RequesterEmbed: [],
  CompanyEmbed: [],
  Ticket: [
    'description',
    'description_text',
    'structured_description',
    'deleted',
    'attachments',
    'stats',
    'requester',
    'company',
    'conversations',
  ],
  Conversation: [],
  Reply: [],
  Note: [],
  Contact: ['avatar', 'deleted', 'other_companies', 'tags', 'view_all_tickets'],
  Named: [],
  Company: [],
  Agent: [],
  Group: ['agent_ids'],
  Role: [],
  SatisfactionRating: [],
  Survey: [],
  TimeEntry: [],
  TicketField: ['portal_cc', 'portal_cc_to', 'choices'],
  Job: [],
  JobRef: [],
  Account: [],
  HelpdeskSettings: [],
}

/** What is sent: no other fields than these. A group is sent as it is answered, but without what the provider decides. */
const sent = [
  'TicketCreate',
  'TicketUpdate',
  'OutboundEmailCreate',
  'ReplyCreate',
  'NoteCreate',
  'ContactWrite',
  'CompanyWrite',
]

const integer = { type: 'integer', format: 'int64' }
const text = { type: 'string' }
const nullableText = { type: ['string', 'null'] }
const time = { type: 'string', format: 'date-time' }

/** Sent to be emptied, which the reference allows and the description does not say. */
const emptied = [
  'type',
  'responder_id',
  'email_config_id',
  'group_id',
  'product_id',
  'company_id',
  'internal_agent_id',
  'internal_group_id',
]

/** Corrects the description in place. */
export function amendFreshdesk(document: Json): void {
  const schemas = objectAt(objectAt(document, 'components'), 'schemas')
  for (const [name, missing] of Object.entries(mayBeMissing)) close(objectAt(schemas, name), missing)
  for (const name of sent) objectAt(schemas, name)['additionalProperties'] = false
  for (const name of ['TicketCreate', 'TicketUpdate']) {
    const properties = objectAt(objectAt(schemas, name), 'properties')
    for (const property of emptied) properties[property] = nullable(objectAt(properties, property))
  }
  // A conversation of somebody deleted keeps their id; a chat's is never missing, only empty elsewhere.
  objectAt(schemas, 'Conversation')['additionalProperties'] = false
  objectAt(schemas, 'ErrorItem')['required'] = ['field', 'message', 'code']
  objectAt(schemas, 'ValidationError')['required'] = ['description', 'errors']
  objectAt(schemas, 'AuthError')['required'] = ['code', 'message']
  schemas['AnyError'] = { anyOf: [refer('ValidationError'), refer('AuthError'), refer('Message')] }
  schemas['Message'] = { type: 'object', properties: { message: text }, required: ['message'] }
  // JSON that is none is answered by a code and a message; the notes give no body for it, and the reference has the code.
  const badRequest = objectAt(objectAt(objectAt(document, 'components'), 'responses'), 'BadRequest')
  objectAt(objectAt(badRequest, 'content'), 'application/json')['schema'] = refer('AnyError')
  const paths = objectAt(document, 'paths')
  amendPaths(paths)
  addSchemas(schemas)
  Object.assign(paths, named(added()))
}

function amendPaths(paths: Json): void {
  // A group is described once, for what is sent and what is answered; nothing of it must be sent but its name.
  for (const [path, method] of [
    ['/groups', 'post'],
    ['/groups/{group_id}', 'put'],
  ] as const) {
    const body = objectAt(objectAt(objectAt(paths, path), method), 'requestBody')
    const content = objectAt(objectAt(body, 'content'), 'application/json')
    content['schema'] = { type: 'object', properties: { name: text } }
  }
  // The reference names it `_updated_since`; the description does without the underscore. Both are taken.
  for (const path of ['/contacts', '/companies']) {
    const operation = objectAt(objectAt(paths, path), 'get')
    const parameters: unknown[] = Array.isArray(operation['parameters']) ? operation['parameters'] : []
    operation['parameters'] = [...parameters, { name: '_updated_since', in: 'query', schema: time }]
  }
  // Filters of the reference that the description leaves out.
  const entries = objectAt(objectAt(paths, '/time_entries'), 'get')
  const described: unknown[] = Array.isArray(entries['parameters']) ? entries['parameters'] : []
  const filters = ['company_id', 'agent_id', 'executed_before', 'executed_after', 'billable']
  entries['parameters'] = [...described, ...filters.map((name) => ({ name, in: 'query', schema: text }))]
  // The one who becomes an agent is answered as an agent, and may be given what an agent has: so the reference's "Make Agent".
  const make = objectAt(objectAt(paths, '/contacts/{contact_id}/make_agent'), 'put')
  objectAt(make, 'responses')['200'] = answer('Agent')
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
 * Calls that the provider's notes and the issue name and the description does not have. Time entries, agents, SLA
 * policies and business hours follow the public reference; marking as spam is not confirmed by any source.
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

function answer(schema: string): Json {
  return { description: 'OK', content: { 'application/json': { schema: refer(schema) } } }
}

function refer(schema: string): Json {
  return { $ref: `#/components/schemas/${schema}` }
}

function listOf(schema: string): Json {
  return { type: 'array', items: refer(schema) }
}

function closed(properties: Json): Json {
  return { type: 'object', properties, required: Object.keys(properties), additionalProperties: false }
}

function close(schema: Json, missing: readonly string[]): void {
  schema['required'] = Object.keys(objectAt(schema, 'properties')).filter((name) => !missing.includes(name))
  schema['additionalProperties'] = false
}

function nullable(schema: Json): Json {
  return { anyOf: [schema, { type: 'null' }] }
}

function objectAt(parent: Json, key: string): Json {
  const value = parent[key]
  if (!isRecord(value)) throw new TypeError(`the description has no "${key}" where it was expected`)
  return value
}
