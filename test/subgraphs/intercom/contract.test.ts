import { existsSync, readFileSync } from 'node:fs'
import { OpenAPIBackend, type Document } from 'openapi-backend'
import { beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { Call } from '../../../kit/account-client.ts'
import { intercom } from '../../../subgraphs/intercom/index.ts'
import { toCompany, toContact } from '../../../subgraphs/intercom/mapping-people.ts'
import { fromConversation, fromTicket } from '../../../subgraphs/intercom/read-threads.ts'
import { receive, wireCompany, wireContact } from '../../../subgraphs/intercom/wire.ts'
import { contextOf, fakeClient } from './fake-client.ts'

/** Intercom's own description of REST 2.16, where the shared contracts are at hand. */
const CONTRACT = new URL('../../../../shared/contracts/intercom.openapi.json', import.meta.url)

const described = z.object({
  paths: z.record(
    z.string(),
    z.record(
      z.string(),
      z.object({
        responses: z
          .record(
            z.string(),
            z.object({
              content: z
                .object({
                  'application/json': z.object({
                    examples: z.record(z.string(), z.object({ value: z.unknown() })).optional(),
                  }),
                })
                .optional(),
            }),
          )
          .optional(),
      }),
    ),
  ),
})

/** Formats are for readers: each is let be, by name. */
const UNCHECKED = { uri: true, uuid: true, email: true, timestamp: true, 'date-time': true } as const

const NESTED_FILTERS = '#/components/schemas/multiple_filter_search_request'

/**
 * What the validator cannot take is let be: what may be tagged is told as shapes of which one must fit though they
 * overlap, filters hold themselves, and some things are nullable without a type.
 */
function amended(key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  if (key === 'items' && Reflect.get(value, '$ref') === NESTED_FILTERS) return {}
  const { oneOf, nullable, ...rest } = { oneOf: undefined, nullable: undefined, ...value }
  const shapes = oneOf === undefined ? {} : { anyOf: oneOf }
  return { ...rest, ...shapes, ...(nullable === undefined || !('type' in value) ? {} : { nullable }) }
}

describe.skipIf(!existsSync(CONTRACT))('by the contract', () => {
  const read = () => described.parse(JSON.parse(readFileSync(CONTRACT, 'utf8')))
  /** The examples of good answers of a call. */
  const examples = (method: 'get' | 'post' | 'put', path: string): unknown[] => {
    const answers = read().paths[path]?.[method]?.responses?.['200']?.content?.['application/json'].examples ?? {}
    return Object.values(answers).map(({ value }) => value)
  }
  const first = (method: 'get' | 'post' | 'put', path: string): unknown => examples(method, path)[0]

  /** What each call is answered: the contract's own example of it. */
  const ANSWERS: readonly (readonly [method: 'get' | 'post' | 'put', path: string])[] = [
    ['get', '/me'],
    ['get', '/admins'],
    ['get', '/teams'],
    ['get', '/tags'],
    ['get', '/admins/{admin_id}'],
    ['get', '/teams/{team_id}'],
    ['get', '/tags/{tag_id}'],
    ['post', '/tags'],
    ['post', '/companies/list'],
    ['get', '/companies/{company_id}'],
    ['post', '/contacts/search'],
    ['get', '/contacts/{contact_id}'],
    ['post', '/conversations/search'],
    ['get', '/conversations/deleted'],
    ['get', '/conversations/{conversation_id}'],
    ['post', '/conversations/{conversation_id}/reply'],
    ['post', '/conversations/{conversation_id}/parts'],
    ['post', '/tickets/search'],
    ['get', '/tickets/{ticket_id}'],
    ['put', '/tickets/{ticket_id}'],
    ['post', '/tickets'],
    ['post', '/tickets/{ticket_id}/reply'],
    ['get', '/ticket_types'],
    ['get', '/data_attributes'],
    ['get', '/ticket_states'],
    ['post', '/messages'],
  ]

  let backend: OpenAPIBackend
  beforeAll(async () => {
    const definition = JSON.parse(readFileSync(CONTRACT, 'utf8'), amended) as Document
    backend = new OpenAPIBackend({ definition, quick: true, ajvOpts: { formats: UNCHECKED } })
    await backend.init()
  })

  function violations({ method, path, query = {}, body }: Call): string[] {
    const told = Object.fromEntries(
      Object.entries(query).flatMap(([name, value]) =>
        value === null || value === undefined ? [] : [[name, String(value)]],
      ),
    )
    const request = { method, path, headers: { 'content-type': 'application/json' }, query: told, body }
    const operation = backend.matchOperation(request)
    if (!operation) return [`${method} ${path} is not in the contract`]
    const { errors } = backend.validateRequest(request, operation)
    return (errors ?? []).map((error) => `${method} ${path}: ${error.instancePath} ${error.message ?? ''}`)
  }

  const desk = () =>
    fakeClient(({ method, path }) => {
      const fits = ([verb, pattern]: readonly [string, string]): boolean =>
        verb === method.toLowerCase() && new RegExp(`^${pattern.replaceAll(/\{[^}]+\}/g, '[^/]+')}$`).test(path)
      const [verb, pattern] = ANSWERS.find(fits) ?? []
      return { body: verb === undefined || pattern === undefined ? null : first(verb, pattern) }
    })

  it('every stream asks as described, and understands the examples', async () => {
    const client = desk()
    for (const stream of intercom.streams) {
      let page = await stream.read(client, null, contextOf())
      while (!page.done) page = await stream.read(client, page.cursor, contextOf())
      // What cannot be read by itself shows in its list.
      const [change] = (await stream.readOne?.(client, '1', contextOf())) ?? page.changes
      expect(change).toMatchObject({ op: 'upsert', kind: stream.kind })
    }
    expect(client.calls.flatMap(violations)).toEqual([])
  })

  it('every action asks as described, and understands the examples', async () => {
    const { reply, note, close, reopen, snooze, assign, tag, untag, createTicket, updateTicket, messageContact } =
      intercom.actions
    const client = desk()
    const me = { agentRemoteId: null, actId: 'act-1' }
    const content = { text: 'Hello', attachmentUrls: ['https://files.test/a.png'] }
    const conversationRemoteId = '503'
    await intercom.identify(client)
    for (const kind of ['conversation', 'ticket'] as const) {
      await reply?.(client, { ...me, thread: { kind, remoteId: '503' }, content })
      await note?.(client, { ...me, thread: { kind, remoteId: '503' }, content: { ...content, attachmentUrls: [] } })
    }
    await close?.(client, { ...me, conversationRemoteId })
    await reopen?.(client, { ...me, conversationRemoteId })
    await snooze?.(client, { ...me, conversationRemoteId, until: new Date('2026-02-01T00:00:00Z') })
    await assign?.(client, { ...me, conversationRemoteId, assigneeRemoteId: '7', teamRemoteId: '5' })
    await assign?.(client, { ...me, conversationRemoteId, assigneeRemoteId: null, teamRemoteId: null })
    for (const kind of ['conversation', 'ticket', 'contact', 'company'] as const) {
      await tag?.(client, { ...me, target: { kind, remoteId: '1' }, name: 'vip' })
      await untag?.(client, { ...me, target: { kind, remoteId: '1' }, tagRemoteId: '86' })
    }
    const draft = { contactRemoteId: 'k1', type: 'Bug Report', subject: 'Refund', description: 'Order 8841' }
    await createTicket?.(client, { ...me, draft })
    const patch = { subject: 'New', description: 'Words', assigneeRemoteId: '7', teamRemoteId: null }
    await updateTicket?.(client, { ...me, ticketRemoteId: '631', patch })
    await updateTicket?.(client, { ...me, ticketRemoteId: '631', patch: { status: 'NEW' } })
    const first = { ...me, contactRemoteId: 'k1', content: { ...content, attachmentUrls: [] } }
    await messageContact?.(client, { ...first, subject: null })
    await messageContact?.(client, { ...first, subject: 'Your order' })
    expect(client.calls.flatMap(violations)).toEqual([])
  })

  it.each<[string, 'get' | 'post' | 'put', string, (record: unknown) => unknown]>([
    ['conversation', 'get', '/conversations/{conversation_id}', (record) => fromConversation(record, 'whole', 'test')],
    [
      'reply',
      'post',
      '/conversations/{conversation_id}/reply',
      (record) => fromConversation(record, 'partial', 'test'),
    ],
    [
      'managing',
      'post',
      '/conversations/{conversation_id}/parts',
      (record) => fromConversation(record, 'partial', 'test'),
    ],
    ['ticket', 'get', '/tickets/{ticket_id}', (record) => fromTicket(record, 'whole', 'test')],
    ['created ticket', 'post', '/tickets', (record) => fromTicket(record, 'partial', 'test')],
    [
      'contact',
      'get',
      '/contacts/{contact_id}',
      (record) => toContact(receive(wireContact, record, 'test'), { tagRemoteIds: [], companyRemoteIds: [] }),
    ],
    ['company', 'get', '/companies/{company_id}', (record) => toCompany(receive(wireCompany, record, 'test'))],
  ])('every example of a %s can be mapped', (_, method, path, map) => {
    const given = examples(method, path)
    expect(given).not.toEqual([])
    for (const example of given) expect(() => map(example)).not.toThrow()
  })
})
