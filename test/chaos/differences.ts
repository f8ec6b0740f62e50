import type { ConversationView, MessageView, TicketView } from '../contract/views.ts'
import { connectorOf, type Desk } from './desks.ts'
import type { Server } from './postgres.ts'

/** Where a mirror and its desk differ, a line each; empty when they are equal, row for row. */
export async function differencesOf(desk: Desk, server: Server): Promise<readonly string[]> {
  const holding = { ...desk, server, ...(await readMirror(desk, server)) }
  const kinds = await whatStands(holding)
  return [
    ...kinds,
    ...(await threads(holding, 'conversation')),
    ...(await threads(holding, 'ticket')),
    ...(await people(holding)),
  ]
}

interface Row {
  readonly kind: string
  readonly remoteId: string
  readonly values: Readonly<Record<string, unknown>>
}

interface Holding extends Desk {
  readonly server: Server
  readonly rows: readonly Row[]
  readonly words: ReadonlyMap<string, readonly string[]>
}

/** The columns that a desk's views tell of, with references by the desk's own ids. */
const TABLES: Readonly<Record<string, string>> = {
  agent: `'{}'::jsonb`,
  team: `'{}'::jsonb`,
  tag: `'{}'::jsonb`,
  definition: `'{}'::jsonb`,
  rating: `'{}'::jsonb`,
  timeEntry: `'{}'::jsonb`,
  company: `jsonb_build_object('name', r.name)`,
  contact: `jsonb_build_object('name', r.name, 'email', r.email)`,
  conversation: `jsonb_build_object('status', r.status,
    'assigneeRemoteId', (select remote_id from agent where id = r.assignee_id),
    'teamRemoteId', (select remote_id from team where id = r.team_id))`,
  ticket: `jsonb_build_object('subject', r.subject, 'status', r.status,
    'assigneeRemoteId', (select remote_id from agent where id = r.assignee_id),
    'teamRemoteId', (select remote_id from team where id = r.team_id))`,
}

async function readMirror({ provider }: Desk, server: Server): Promise<Pick<Holding, 'rows' | 'words'>> {
  const rows: Row[] = []
  for (const [kind, values] of Object.entries(TABLES)) {
    const found = await server.query<Omit<Row, 'kind'>>(
      `select r.remote_id as "remoteId", ${values} as values from "${kind}" r
       where r.provider = $1 and r.deleted_at is null`,
      [provider],
    )
    rows.push(...found.map((row) => ({ ...row, kind })))
  }
  const said = await server.query<{ readonly thread: string; readonly text: string }>(
    `select coalesce('ticket ' || t.remote_id, 'conversation ' || c.remote_id) as thread, m.text from message m
     left join ticket t on t.id = m.ticket_id left join conversation c on c.id = m.conversation_id
     where m.provider = $1 and m.deleted_at is null and m.type in ('REPLY', 'NOTE') and m.text is not null`,
    [provider],
  )
  const words = new Map<string, string[]>()
  for (const { thread, text } of said) words.set(thread, [...(words.get(thread) ?? []), text])
  return { rows, words }
}

/** Which records stand. */
async function whatStands({ provider, world, rows }: Holding): Promise<string[]> {
  const { streams } = connectorOf({ provider })
  const there = new Map<string, string[]>()
  for (const { name, kind } of streams) there.set(kind, [...(there.get(kind) ?? []), ...(await world.standing(name))])
  return [...there].flatMap(([kind, ids]) => {
    const held = rows.filter((row) => row.kind === kind).map(({ remoteId }) => remoteId)
    return [
      ...minus(ids, held).map((id) => `${provider} ${kind} ${id} is missing`),
      ...minus(held, ids).map((id) => `${provider} ${kind} ${id} is held and is gone there`),
    ]
  })
}

type ThreadView = Partial<Pick<TicketView, 'description'>> & Pick<ConversationView | TicketView, 'status'>

/** Words of the longest thread that any of the desks hands out whole: Intercom's 500 parts are not all words. */
const MOST_HANDED_OUT = 300

/** What is told of threads, and what was said in each. */
async function threads({ provider, world, rows, words }: Holding, kind: 'conversation' | 'ticket'): Promise<string[]> {
  const found: string[] = []
  for (const { remoteId, values } of rows.filter((row) => row.kind === kind)) {
    const name = `${provider} ${kind} ${remoteId}`
    const view = await there<ThreadView>(kind === 'ticket' ? world.ticket(remoteId) : world.conversation(remoteId))
    if (view === null) continue
    found.push(...unequal(name, values, { ...view }))
    const said = (await world.messages({ kind, remoteId })).filter(({ text }) => text !== '').map(wordsOf)
    const held = [...(words.get(`${kind} ${remoteId}`) ?? []), view.description ?? '']
    const mirrored = new Set(held.map(plain))
    const missing = said.filter((text) => !mirrored.has(text))
    found.push(...missing.map((text) => `${name}: "${text.slice(0, 60)}" is missing`))
    // Of a long thread a desk hands out the newest only; what was mirrored before stays.
    if (said.length >= MOST_HANDED_OUT) continue
    const spoken = new Set(said)
    const doubled = words.get(`${kind} ${remoteId}`)?.filter((text) => text !== '' && !spoken.has(plain(text))) ?? []
    found.push(...doubled.map((text) => `${name}: "${text.slice(0, 60)}" was never said there`))
  }
  return found
}

const plain = (text: string): string => text.replaceAll(/\s+/g, ' ').trim()

const wordsOf = ({ text }: MessageView): string => plain(text)

async function people({ provider, world, rows }: Holding): Promise<string[]> {
  const found: string[] = []
  for (const { kind, remoteId, values } of rows) {
    if (kind !== 'contact' && kind !== 'company') continue
    const view = await there<object>(kind === 'contact' ? world.contact(remoteId) : world.company(remoteId))
    if (view !== null) found.push(...unequal(`${provider} ${kind} ${remoteId}`, values, { ...view }))
  }
  return found
}

/** Null for what is not there: which records stand is compared by itself. */
const there = <View>(view: Promise<View>): Promise<View | null> => view.catch(() => null)

const unequal = (name: string, held: Row['values'], view: Readonly<Record<string, unknown>>): string[] =>
  Object.entries(held)
    .filter(([field, value]) => (view[field] ?? null) !== (value ?? null))
    .map(([field, value]) => `${name}: ${field} is ${JSON.stringify(value)}, and there ${JSON.stringify(view[field])}`)

function minus(one: readonly string[], other: readonly string[]): string[] {
  const known = new Set(other)
  return one.filter((each) => !known.has(each))
}
