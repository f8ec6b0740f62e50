import { isRecord } from '../exchange.ts'

type Json = Record<string, unknown>

/**
 * Where Intercom's published 2.16 description is stricter than Intercom, or contradicts its own examples.
 *
 * Its examples answer null for all of these, though their schemas do not say so.
 */
const nullableProperties: Readonly<Record<string, readonly string[]>> = {
  contact: ['email', 'email_domain', 'avatar'],
  conversation: ['admin_assignee_id', 'team_assignee_id', 'ai_agent', 'conversation_rating'],
  conversation_list_item: ['admin_assignee_id', 'team_assignee_id', 'ai_agent', 'conversation_rating'],
  conversation_part: ['assigned_to', 'email_message_metadata', 'event_details'],
  conversation_part_author: ['email'],
  conversation_rating: ['remark', 'teammate'],
  conversation_source: ['url'],
  ticket: ['snoozed_until'],
  ticket_part: ['assigned_to'],
  ticket_part_author: ['email'],
  ticket_reply: ['body'],
  ticket_type_attribute: ['input_options'],
  note: ['author'],
  part_attachment: ['width', 'height'],
  conversation_statistics: [
    'time_to_assignment',
    'time_to_admin_reply',
    'time_to_first_close',
    'time_to_last_close',
    'median_time_to_reply',
    'first_contact_reply_at',
    'first_assignment_at',
    'first_admin_reply_at',
    'first_close_at',
    'last_assignment_at',
    'last_assignment_admin_reply_at',
    'last_contact_reply_at',
    'last_admin_reply_at',
    'last_close_at',
    'last_closed_by_id',
    'handling_time',
  ],
}

/** Lists that take cursors although their parameters are not described. */
const cursorLists = ['/contacts', '/companies/{company_id}/contacts', '/contacts/{contact_id}/notes']

/** Corrects the description in place. */
export function amendIntercom(document: Json): void {
  const components = objectAt(document, 'components')
  const schemas = objectAt(components, 'schemas')
  for (const [name, properties] of Object.entries(nullableProperties)) {
    const described = objectAt(objectAt(schemas, name), 'properties')
    for (const property of properties) described[property] = nullable(objectAt(described, property))
  }
  amendRequests(schemas)
  const paths = objectAt(document, 'paths')
  amendParameters(paths)
  const tags = objectAt(objectAt(paths, '/tags'), 'post')
  const schema = objectAt(objectAt(objectAt(objectAt(tags, 'requestBody'), 'content'), 'application/json'), 'schema')
  // A tag with companies is described three times over, so that exactly one can never match.
  schema['anyOf'] = schema['oneOf']
  delete schema['oneOf']
}

function amendRequests(schemas: Json): void {
  // Groups mix filters and groups, which the description's own text shows and its schema forbids.
  const group = objectAt(objectAt(schemas, 'multiple_filter_search_request'), 'properties')
  group['value'] = {
    type: 'array',
    items: {
      anyOf: [
        { $ref: '#/components/schemas/multiple_filter_search_request' },
        { $ref: '#/components/schemas/single_filter_search_request' },
      ],
    },
  }
  // Contact ids have 24 digits; no UUID does.
  const from = objectAt(objectAt(objectAt(schemas, 'create_conversation_request'), 'properties'), 'from')
  delete objectAt(objectAt(from, 'properties'), 'id')['format']
}

function amendParameters(paths: Json): void {
  for (const path of cursorLists) {
    const operation = objectAt(objectAt(paths, path), 'get')
    const parameters: unknown[] = Array.isArray(operation['parameters']) ? operation['parameters'] : []
    operation['parameters'] = [
      ...parameters,
      { name: 'per_page', in: 'query', schema: { type: 'integer' } },
      { name: 'page', in: 'query', schema: { type: 'integer' } },
      { name: 'starting_after', in: 'query', schema: { type: 'string' } },
    ]
  }
  // The same contact id is a string on every other path.
  const notes = objectAt(objectAt(paths, '/contacts/{contact_id}/notes'), 'post')
  const described: unknown[] = Array.isArray(notes['parameters']) ? notes['parameters'] : []
  for (const parameter of described) {
    if (isRecord(parameter) && parameter['name'] === 'contact_id') parameter['schema'] = { type: 'string' }
  }
}

function nullable(schema: Json): Json {
  return { anyOf: [schema, { enum: [null] }] }
}

function objectAt(parent: Json, key: string): Json {
  const value = parent[key]
  if (!isRecord(value)) throw new TypeError(`the description has no "${key}" where it was expected`)
  return value
}
