import { buildSchema } from 'graphql'
import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { SOON } from '../../setup/soon.ts'
import { upsert } from '../../store/records.ts'
import { type GraphSite, openGraph } from '../graph-site.ts'

/** What can be followed, and what shows the same. */
const FOLLOWED = {
  conversationUpdated: ['conversations'],
  messageAdded: ['conversations', 'tickets'],
  messageUpdated: ['conversations', 'tickets'],
  ticketUpdated: ['tickets'],
  contactUpdated: ['contacts'],
  customerUpdated: ['customers'],
  integrationUpdated: ['integrations'],
  bulkJobUpdated: ['bulkJobs'],
  sendUpdated: ['sends'],
} as const

let graph: GraphSite

beforeAll(async () => {
  graph = await openGraph()
})
afterAll(() => graph?.[Symbol.asyncDispose]())

async function cursorNow(): Promise<string> {
  const { data } = (await graph.ask('{ eventCursor }')) as { readonly data: { readonly eventCursor: string } }
  return data.eventCursor
}

/** The answers to a subscription, as a client parses them. */
async function open(query: string): Promise<{ next(): Promise<unknown>; end(): Promise<unknown> }> {
  const source = await graph.follow(query)
  return {
    next: async () => JSON.parse(JSON.stringify((await source.next()).value)),
    end: async () => source.return?.(),
  }
}

describe('whoever follows after a place that is no longer held', () => {
  let after: string
  let live: string

  beforeAll(async () => {
    after = await cursorNow()
    await graph.say(1, [upsert('contact', 'gone', { name: 'Gone' })])
    await vi.waitFor(async () => {
      await graph.store.events.prune({ olderThan: new Date(Date.now() + 86_400_000), most: 1_000 })
      const kept = await graph.store.database.system.query('select 1 from event')
      if (kept.length > 0) throw new Error(`${kept.length} events cannot be pruned yet`)
    }, SOON)
    live = await cursorNow()
  })

  test.each(Object.entries(FOLLOWED))('is told so first by %s, and what to read again', async (field, reread) => {
    const feed = await open(
      `subscription { ${field}(after: "${after}") { cursor type at id gap { from to until reread } } }`,
    )
    const to = expect.stringMatching(/^[\w-]{27}$/)
    const gap = { from: after, to, until: expect.any(String), reread }
    const event = { cursor: to, type: 'GAP', at: expect.any(String), id: null, gap }
    const told = (await feed.next()) as { readonly data: Record<string, { cursor: string; gap: { to: string } }> }
    expect(told).toMatchObject({ data: { [field]: event } })
    expect(told.data[field]?.cursor).toBe(told.data[field]?.gap.to)
    await feed.end()
  })

  test('hears next what came to be behind it', async () => {
    const feed = await open(
      `subscription { contactUpdated(after: "${after}", providers: [ZENDESK]) { type contact { name } gap { to } } }`,
    )
    expect(await feed.next()).toMatchObject({ data: { contactUpdated: { type: 'GAP', contact: null } } })
    const others = await open(`subscription { contactUpdated(after: "${live}") { type contact { name } gap { to } } }`)
    await graph.say(2, [upsert('contact', 'new', { name: 'New' })])
    const event = { type: 'CREATED', contact: { name: 'New' }, gap: null }
    expect(await others.next()).toMatchObject({ data: { contactUpdated: event } })
    await Promise.all([feed.end(), others.end()])
  })
})

test('what is to be read again are fields that there are', async () => {
  const schema = buildSchema(await readFile('schema/api.graphql', 'utf8'))
  const fields = Object.keys(schema.getQueryType()?.getFields() ?? {})
  expect(fields).toEqual(expect.arrayContaining(Object.values(FOLLOWED).flat()))
  const followed = Object.values(schema.getSubscriptionType()?.getFields() ?? {})
  const resumable = followed.filter(({ args }) => args.some(({ name }) => name === 'after')).map(({ name }) => name)
  expect(resumable.toSorted()).toEqual(Object.keys(FOLLOWED).toSorted())
})
