import type { FieldsOf, Kind } from './kinds.ts'

/** The SQL type of a field, or the kind of record that it refers to: one, or many. */
export type FieldType =
  | 'text'
  | 'boolean'
  | 'double precision'
  | 'timestamptz'
  | 'jsonb'
  | { readonly one: Kind }
  | { readonly many: Kind }

type TypeFor<Name, Value> = Name extends `${string}RemoteIds`
  ? { readonly many: Kind }
  : Name extends `${string}RemoteId`
    ? { readonly one: Kind }
    : Value extends string | null
      ? 'text'
      : Value extends boolean | null
        ? 'boolean'
        : Value extends number | null
          ? 'double precision'
          : Value extends Date | null
            ? 'timestamptz'
            : 'jsonb'

type Declared = { readonly [K in Kind]: { readonly [F in keyof FieldsOf[K]]: TypeFor<F, FieldsOf[K][F]> } }

const dated = { createdAt: 'timestamptz', updatedAt: 'timestamptz' } as const

/** How each field of each kind is kept. The compiler refuses a field that is missing, too many, or of another type. */
const FIELDS = {
  agent: {
    ...dated,
    name: 'text',
    email: 'text',
    avatarUrl: 'text',
    available: 'boolean',
    bot: 'boolean',
    teamRemoteIds: { many: 'team' },
  },
  team: { ...dated, name: 'text', agentRemoteIds: { many: 'agent' } },
  tag: { ...dated, name: 'text' },
  company: {
    ...dated,
    name: 'text',
    externalId: 'text',
    website: 'text',
    industry: 'text',
    size: 'double precision',
    plan: 'text',
    tagRemoteIds: { many: 'tag' },
    customFields: 'jsonb',
  },
  contact: {
    ...dated,
    role: 'text',
    name: 'text',
    email: 'text',
    emailVerified: 'boolean',
    phone: 'text',
    externalId: 'text',
    avatarUrl: 'text',
    lastSeenAt: 'timestamptz',
    blocked: 'boolean',
    companyRemoteIds: { many: 'company' },
    tagRemoteIds: { many: 'tag' },
    customFields: 'jsonb',
  },
  conversation: {
    ...dated,
    subject: 'text',
    status: 'text',
    nativeStatus: 'text',
    priority: 'text',
    nativePriority: 'text',
    channel: 'text',
    nativeChannel: 'text',
    snoozedUntil: 'timestamptz',
    waitingSince: 'timestamptz',
    read: 'boolean',
    contactRemoteId: { one: 'contact' },
    contactRemoteIds: { many: 'contact' },
    assigneeRemoteId: { one: 'agent' },
    teamRemoteId: { one: 'team' },
    companyRemoteId: { one: 'company' },
    tagRemoteIds: { many: 'tag' },
    customFields: 'jsonb',
  },
  ticket: {
    ...dated,
    number: 'text',
    subject: 'text',
    description: 'text',
    status: 'text',
    nativeStatus: 'text',
    priority: 'text',
    nativePriority: 'text',
    channel: 'text',
    nativeChannel: 'text',
    type: 'text',
    contactRemoteId: { one: 'contact' },
    contactRemoteIds: { many: 'contact' },
    companyRemoteId: { one: 'company' },
    assigneeRemoteId: { one: 'agent' },
    teamRemoteId: { one: 'team' },
    conversationRemoteId: { one: 'conversation' },
    dueAt: 'timestamptz',
    firstReplyDueAt: 'timestamptz',
    escalated: 'boolean',
    solvedAt: 'timestamptz',
    reopenedAt: 'timestamptz',
    tagRemoteIds: { many: 'tag' },
    customFields: 'jsonb',
  },
  message: {
    ...dated,
    conversationRemoteId: { one: 'conversation' },
    ticketRemoteId: { one: 'ticket' },
    type: 'text',
    nativeType: 'text',
    authorType: 'text',
    authorName: 'text',
    contactRemoteId: { one: 'contact' },
    agentRemoteId: { one: 'agent' },
    text: 'text',
    html: 'text',
    attachments: 'jsonb',
    redacted: 'boolean',
    statusTo: 'text',
  },
  rating: {
    ...dated,
    conversationRemoteId: { one: 'conversation' },
    ticketRemoteId: { one: 'ticket' },
    contactRemoteId: { one: 'contact' },
    agentRemoteId: { one: 'agent' },
    score: 'double precision',
    nativeScore: 'text',
    remark: 'text',
  },
  definition: {
    ...dated,
    type: 'text',
    name: 'text',
    appliesTo: 'text',
    key: 'text',
    valueType: 'text',
    options: 'jsonb',
    position: 'double precision',
    active: 'boolean',
  },
  timeEntry: {
    ...dated,
    ticketRemoteId: { one: 'ticket' },
    agentRemoteId: { one: 'agent' },
    seconds: 'double precision',
    billable: 'boolean',
    note: 'text',
    spentAt: 'timestamptz',
  },
} as const satisfies Declared

/** What of a record's fields is searched for words; a kind that is not named is not searched by words. */
const SEARCHED: { readonly [K in Kind]?: readonly (keyof FieldsOf[K])[] } = {
  company: ['name', 'externalId', 'website', 'industry'],
  contact: ['name', 'email', 'phone', 'externalId'],
  conversation: ['subject'],
  ticket: ['number', 'subject', 'description'],
  message: ['text'],
}

/** Those of the searched fields that are a title, whose words tell more than those of the rest. */
const TITLES: { readonly [K in Kind]?: readonly (keyof FieldsOf[K])[] } = { ticket: ['number', 'subject'] }

/** One field of a kind: its name in `FieldsOf`, in `RowOf`, and in the table. */
export interface Column {
  readonly field: string
  readonly property: string
  readonly column: string
  readonly sqlType: string
  /** Set when the field holds remote ids of other records, which are stored as row ids. */
  readonly refers: { readonly to: Kind; readonly many: boolean } | null
}

/** The table of one kind. */
export interface Table {
  readonly kind: Kind
  readonly columns: readonly Column[]
  /** Fields whose words are searched; empty where there is no `search` column. */
  readonly searched: readonly string[]
  /** Those of them that are a title; empty where all count the same. */
  readonly titles: readonly string[]
}

const snake = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

function toColumn(field: string, type: FieldType): Column {
  const property = field.replace(/RemoteId(s?)$/, 'Id$1')
  if (typeof type === 'string') return { field, property, column: snake(property), sqlType: type, refers: null }
  const many = 'many' in type
  const refers = { to: 'many' in type ? type.many : type.one, many }
  return { field, property, column: snake(property), sqlType: many ? 'uuid[]' : 'uuid', refers }
}

const toTable = <K extends Kind>(kind: K, fields: Readonly<Record<string, FieldType>>): Table => ({
  kind,
  columns: Object.entries(fields).map(([field, type]) => toColumn(field, type)),
  searched: (SEARCHED[kind] ?? []).map(String),
  titles: (TITLES[kind] ?? []).map(String),
})

/** The tables of the mirror. The migrations make them; a test proves that they agree. */
export const TABLES: { readonly [K in Kind]: Table } = {
  agent: toTable('agent', FIELDS.agent),
  team: toTable('team', FIELDS.team),
  tag: toTable('tag', FIELDS.tag),
  company: toTable('company', FIELDS.company),
  contact: toTable('contact', FIELDS.contact),
  conversation: toTable('conversation', FIELDS.conversation),
  ticket: toTable('ticket', FIELDS.ticket),
  message: toTable('message', FIELDS.message),
  rating: toTable('rating', FIELDS.rating),
  definition: toTable('definition', FIELDS.definition),
  timeEntry: toTable('timeEntry', FIELDS.timeEntry),
}

/** What `RowOrigin` is called in every table. */
export const ORIGIN_COLUMNS = [
  ['id', 'id'],
  ['workspaceId', 'workspace_id'],
  ['integrationId', 'integration_id'],
  ['provider', 'provider'],
  ['remoteId', 'remote_id'],
  ['remoteVersion', 'remote_version'],
  ['observedAt', 'observed_at'],
  ['learnedBy', 'learned_by'],
  ['deletedAt', 'deleted_at'],
  ['mergedIntoId', 'merged_into_id'],
  ['native', 'native'],
] as const

/** What a `RowOf` the kind is made of beside its kind: each property, and the column that holds it. */
const columnsOf = (kind: Kind): readonly (readonly [property: string, column: string])[] => [
  ...ORIGIN_COLUMNS,
  ...TABLES[kind].columns.map((each) => [each.property, each.column] as const),
]

/** The properties of a `RowOf` the kind, in the order of the select list. */
export const propertiesOf = (kind: Kind): readonly string[] => [
  'kind',
  ...columnsOf(kind).map(([property]) => property),
]

/** The select list of which `toRow` makes a `RowOf` the kind, from a table or subquery called `alias`. */
export function selectList(kind: Kind, alias: string): string {
  const selected = columnsOf(kind).map(([property, column]) => {
    const value = `${alias}."${column}"`
    return `${column === 'native' ? `${value}::text` : value} as "${property}"`
  })
  return [`'${kind}' as "kind"`, ...selected].join(', ')
}
