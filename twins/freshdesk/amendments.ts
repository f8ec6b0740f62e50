import { addMissing } from './additions.ts'
import { nullable, objectAt, refer, text, time } from './description.ts'
import type { Json } from './description.ts'

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
  Agent: ['group_ids', 'role_ids'],
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
  addMissing(document)
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

function answer(schema: string): Json {
  return { description: 'OK', content: { 'application/json': { schema: refer(schema) } } }
}

function close(schema: Json, missing: readonly string[]): void {
  schema['required'] = Object.keys(objectAt(schema, 'properties')).filter((name) => !missing.includes(name))
  schema['additionalProperties'] = false
}
