import { isRecord } from '../exchange.ts'

type Json = Record<string, unknown>

/** Fields that records have without a value, which the description does not say. */
const empty: Readonly<Record<string, readonly string[]>> = {
  TicketObject:
    'external_id type priority recipient assignee_id organization_id group_id forum_topic_id problem_id due_at custom_status_id'.split(
      ' ',
    ),
  UserForAdmin:
    'id email phone external_id organization_id default_group_id last_login_at signature locale created_at updated_at shared_phone_number photo'.split(
      ' ',
    ),
  OrganizationObject: ['details', 'notes', 'external_id', 'group_id'],
  SatisfactionRatingObject: ['assignee_id', 'group_id', 'reason', 'reason_id', 'reason_code', 'comment'],
  TicketMetricObject:
    'assignee_updated_at requester_updated_at initially_assigned_at assigned_at solved_at latest_comment_added_at'.split(
      ' ',
    ),
  SuspendedTicketObject: ['ticket_id'],
  AuthorObject: ['id'],
  TicketMetricTimeObject: ['business', 'calendar'],
  AttachmentBaseObject: ['width', 'height'],
  BrandObject: ['host_mapping', 'logo'],
  TicketFieldObject: ['agent_description'],
  OauthTokenObject: ['refresh_token', 'expires_at', 'refresh_token_expires_at'],
  ExportIncrementalOrganizationsResponse: ['end_time'],
  ExportIncrementalTicketEventsResponse: ['end_time'],
  TimeBasedExportIncrementalTicketsResponse: ['end_time'],
  TimeBasedExportIncrementalUsersResponse: ['end_time'],
  PaginationLinks: ['prev', 'next'],
  PaginationMeta: ['after_cursor', 'before_cursor'],
  TicketAuditsResponse: ['after_cursor', 'after_url', 'before_cursor', 'before_url'],
}

/** What every list takes: cursor pages, offset pages, an order, and what stands beside. The reference's "Pagination" has them; the description's lists mostly do not. */
const listQuery = [
  'page',
  'per_page',
  'page[size]',
  'page[after]',
  'page[before]',
  'sort',
  'sort_by',
  'sort_order',
  'include',
]

/** Filters that the reference describes in words. */
const filters: Readonly<Record<string, readonly string[]>> = {
  '/api/v2/satisfaction_ratings': ['score', 'start_time', 'end_time'],
  '/api/v2/tickets/{ticket_id}/tags': ['tags'],
  '/api/v2/uploads': ['filename', 'token'],
  '/api/v2/autocomplete/tags': ['name'],
}

/** Corrects the description in place. */
export function amendZendesk(document: Json): void {
  const schemas = at(at(document, 'components'), 'schemas')
  for (const [schema, names] of Object.entries(empty)) {
    const properties = at(at(schemas, schema), 'properties')
    for (const name of names) properties[name] = { anyOf: [properties[name] ?? {}, { enum: [null] }] }
  }
  amendRecords(schemas)
  amendErrors(schemas)
  amendCounts(document)
  const parameters = at(at(document, 'components'), 'parameters')
  for (const [path, methods] of Object.entries(at(document, 'paths')))
    if (isRecord(methods)) amendPath(path, methods, parameters)
}

function amendRecords(schemas: Json): void {
  const ticket = at(at(schemas, 'TicketObject'), 'properties')
  // Checkboxes are true or false, choices of several are lists, and what is empty is null.
  ticket['custom_fields'] = { type: 'array', items: { type: 'object', required: ['id', 'value'] } }
  const status = at(ticket, 'status')
  // Exports tell of deleted tickets so.
  status['enum'] = ['new', 'open', 'pending', 'hold', 'solved', 'closed', 'deleted']
  const sent = at(at(schemas, 'TicketUpdateInput'), 'properties')
  // The description takes these for the declaration of a field; what is sent is an id and a value.
  sent['custom_fields'] = ticket['custom_fields']
  for (const name of [
    'assignee_id',
    'group_id',
    'organization_id',
    'priority',
    'type',
    'external_id',
    'due_at',
    'problem_id',
  ]) {
    sent[name] = { anyOf: [sent[name] ?? {}, { enum: [null] }] }
  }
  // Values of numbers are texts and some are null; the description wants a text or a number of each.
  at(at(schemas, 'OrganizationObject'), 'properties')['organization_fields'] = { type: 'object' }
  // A person is as staff see them; the other form of the description takes anything with a name.
  at(schemas, 'UserObject')['anyOf'] = [{ $ref: '#/components/schemas/UserForAdmin' }]
  // People can be made without an address, and with more than these fields.
  at(schemas, 'UserCreateInput')['required'] = ['name']
  at(schemas, 'UserInput')['anyOf'] = [{ type: 'object' }]
  // One ticket has one record of metrics, not a list. Source: the example beside it in the reference.
  const metrics = at(at(schemas, 'TicketMetricsByTicketMetricIdResponse'), 'properties')
  metrics['ticket_metric'] = { $ref: '#/components/schemas/TicketMetricObject' }
  // Values of lists are lists, and of what is emptied null.
  at(at(schemas, 'AuditObject'), 'properties')['events'] = {
    type: 'array',
    items: { type: 'object', required: ['id', 'type'] },
  }
  // Rating a ticket answers one rating, not a list.
  at(schemas, 'SatisfactionRatingResponse')['properties'] = {
    satisfaction_rating: { $ref: '#/components/schemas/SatisfactionRatingObject' },
  }
  // What an event is about differs by its kind.
  at(at(schemas, 'ExportIncrementalTicketEventsResponse'), 'properties')['ticket_events'] = {
    type: 'array',
    items: { type: 'object', required: ['id', 'ticket_id', 'timestamp', 'child_events'] },
  }
  for (const [name, required] of Object.entries(always)) at(schemas, name)['required'] = required
}

/** A number that is being made is of no time, the description says in words. */
function amendCounts(part: unknown): void {
  if (Array.isArray(part)) return part.forEach(amendCounts)
  if (!isRecord(part)) return
  const properties = part['properties']
  if (isRecord(properties) && 'refreshed_at' in properties) {
    properties['refreshed_at'] = { anyOf: [properties['refreshed_at'], { enum: [null] }] }
  }
  Object.values(part).forEach(amendCounts)
}

/** What records are never without: the description asks for one or two fields of each. */
const always: Readonly<Record<string, readonly string[]>> = {
  TicketObject:
    'id url external_id via created_at updated_at generated_timestamp type subject description priority status requester_id submitter_id assignee_id organization_id group_id collaborator_ids follower_ids email_cc_ids tags custom_fields satisfaction_rating custom_status_id ticket_form_id brand_id is_public from_messaging_channel'.split(
      ' ',
    ),
  OrganizationObject: ['name'],
  GroupObject: ['name'],
  TicketCommentObject: [],
  TicketAuditObject: 'id ticket_id created_at author_id events via metadata'.split(' '),
  TicketMetricObject:
    'id ticket_id created_at updated_at reopens replies reply_time_in_minutes solved_at assigned_at'.split(' '),
  SatisfactionRatingObject: 'id url ticket_id requester_id assignee_id group_id score created_at updated_at'.split(' '),
  JobStatusObject: 'id url status total progress results'.split(' '),
}

/** An error has one of the forms that the provider's notes list. */
function amendErrors(schemas: Json): void {
  const text = { type: 'string' }
  const anyError = {
    anyOf: [
      { type: 'object', properties: { error: text, description: text }, required: ['error'] },
      {
        type: 'object',
        properties: { error: { type: 'object', required: ['title', 'message'] } },
        required: ['error'],
      },
      {
        type: 'object',
        properties: { errors: { type: 'array', items: { type: 'object', required: ['code', 'title'] } } },
        required: ['errors'],
      },
    ],
  }
  for (const name of ['AnyError', 'ErrorResponse', 'Errors']) schemas[name] = structuredClone(anyError)
}

/** A cursor stands instead of a start: what the description requires is one of the two. */
const eased = (one: Json): Json => (one['name'] === 'start_time' ? { ...one, required: false } : one)

function amendPath(path: string, methods: Json, parameters: Json): void {
  const listIn = (value: unknown): Json[] =>
    Array.isArray(value) ? value.map((one) => parameterOf(one, parameters)) : []
  // Parameters beside the methods are for all paths with this name in the source, and some name what these do not have.
  const shared = listIn(methods['parameters']).filter((one) => one['in'] !== 'path')
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({ name, in: 'path', required: true, schema: {} }))
  methods['parameters'] = shared.map(eased)
  for (const [method, operation] of Object.entries(methods)) {
    if (!isRecord(operation)) continue
    const own = listIn(operation['parameters']).filter((one) => one['in'] !== 'path')
    const more = [...(method === 'get' ? listQuery : []), ...(filters[path] ?? [])]
    const known = new Set([...shared, ...own].map((one) => one['name']))
    const added = more.filter((name) => !known.has(name)).map((name) => ({ name, in: 'query', schema: {} }))
    operation['parameters'] = [...own.map(eased), ...added, ...inPath]
  }
}

/** A parameter itself, not where it stands. */
function parameterOf(one: unknown, parameters: Json): Json {
  if (!isRecord(one)) throw new TypeError('a parameter must be an object')
  const name = typeof one['$ref'] === 'string' ? one['$ref'].split('/').at(-1) : undefined
  return name === undefined ? one : at(parameters, name)
}

/** @throws TypeError there is no such part */
function at(parent: Json, key: string): Json {
  const value = parent[key]
  if (!isRecord(value)) throw new TypeError(`the description has no "${key}" where it was expected`)
  return value
}
