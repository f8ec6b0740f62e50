import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { apply } from '../../store/apply.ts'
import type { Change } from '../../store/change.ts'
import { BadCursorError } from '../../store/errors.ts'
import { rowId, toNodeId } from '../../store/id.ts'
import { search, SEARCH_KINDS, type SearchQuery } from '../../store/search.ts'
import { openTestDatabase, type TestDatabase } from '../setup/database.ts'
import { testServers } from '../setup/servers.ts'
import { at, batch, makeIntegration, upsert } from './records.ts'

describe.each(testServers)('search on $name', (server) => {
  let db: TestDatabase
  beforeAll(async () => void (db = await openTestDatabase(server)))
  afterAll(() => db[Symbol.asyncDispose]())

  async function setUp(...changes: Change[]) {
    const { workspaceId, integrationId } = await makeIntegration(db.database)
    await apply(db.database, batch(integrationId, 1, changes))
    const ask = (query: string, rest: Partial<SearchQuery> = {}) =>
      search(db.database.workspace(workspaceId), { query, kinds: SEARCH_KINDS, first: 50, ...rest })
    const names = new Map(changes.map((each) => [rowId(integrationId, each.kind, each.remoteId), each.remoteId]))
    const found = async (query: string, rest: Partial<SearchQuery> = {}) =>
      (await ask(query, rest)).rows.map((hit) => `${hit.kind} ${names.get(hit.id)}`)
    return { workspaceId, integrationId, ask, found }
  }

  test('finds words by their beginnings, in any case and without accents, in any locale', async () => {
    const { found } = await setUp(
      upsert('message', '1', { text: 'Der KÜHLSCHRANK (Modell X-200) ist kaputt!' }),
      upsert('message', '2', { text: 'ΟΔΥΣΣΕΎΣ приехал в МОСКВУ' }),
      upsert('conversation', '3', { subject: 'Kuhl und schrank' }),
      upsert('company', '4', { name: 'Modell AG' }),
    )
    expect(await found('kühlschrank')).toEqual(['message 1'])
    expect(await found('KUHL')).toEqual(expect.arrayContaining(['message 1', 'conversation 3']))
    expect(await found('kuhl kap')).toEqual(['message 1'])
    expect(await found('x-200')).toEqual(['message 1'])
    expect(await found('москву οδυσσε')).toEqual(['message 2'])
    expect(await found('modell', { kinds: ['company'] })).toEqual(['company 4'])
    expect(await found('nothing')).toEqual([])
  })

  test('puts what is named exactly first: id, e-mail, external id, ticket number', async () => {
    const { found, ask, integrationId } = await setUp(
      upsert('contact', '1', { email: 'Ada@Example.com', externalId: 'user-7' }),
      upsert('contact', '2', { name: 'ada@example.com' }),
      upsert('message', '3', { text: 'write to ada@example.com about 4711, said user-7' }),
      upsert('ticket', '4', { number: '4711' }),
      upsert('ticket', '5', { number: '47112', subject: '4711' }),
    )
    expect((await found('ada@example.com'))[0]).toBe('contact 1')
    expect(await found('ada@example.com')).toHaveLength(3)
    expect((await found('user-7'))[0]).toBe('contact 1')
    expect((await found(' 4711 '))[0]).toBe('ticket 4')
    const id = rowId(integrationId, 'message', '3')
    for (const text of [id, id.toUpperCase(), toNodeId('message', id), '3'])
      expect(await found(text)).toEqual(['message 3'])
    const [exact, word] = (await ask('4711', { kinds: ['ticket'] })).rows
    expect(exact?.rank).toBe(1)
    expect(word?.rank).toBeLessThan(1)
  })

  test('pages through everything once, and counts it', async () => {
    const { ask } = await setUp(
      ...Array.from({ length: 23 }, (_, n) =>
        upsert('message', String(n), { text: 'same words', createdAt: at(n % 3) }),
      ),
      upsert('conversation', 'c', { subject: 'same', createdAt: null }),
    )
    const seen: string[] = []
    for (let after: string | undefined; ;) {
      const page = await ask('same', { first: 5, ...(after !== undefined && { after }) })
      seen.push(...page.rows.map((hit) => hit.id))
      expect(page.hasPreviousPage).toBe(after !== undefined)
      expect(await page.totalCount()).toBe(24)
      if (!page.hasNextPage) break
      after = page.cursors.at(-1)
    }
    expect(seen).toHaveLength(24)
    expect(new Set(seen)).toHaveLength(24)
    const [cursor = ''] = (await ask('same', { first: 1 })).cursors
    await expect(ask('other', { after: cursor })).rejects.toThrow(BadCursorError)
    await expect(ask('same', { after: 'x' })).rejects.toThrow(BadCursorError)
  })

  test('shows the text around the word', async () => {
    const text = `${'lorem ipsum '.repeat(50)}the  Café\nis closed ${'dolor sit '.repeat(50)}`
    const { ask } = await setUp(
      upsert('message', '1', { text }),
      upsert('contact', '2', { name: 'Caféteria', phone: '+49 30' }),
    )
    const snippets = (await ask('cafe')).rows.map((hit) => hit.snippet)
    expect(snippets).toContain('Caféteria · +49 30')
    const long = snippets.find((snippet) => snippet.includes('the Café is closed'))
    expect(long).toMatch(/^….*…$/)
    expect(long?.length).toBeLessThan(170)
  })

  test('never fails for what is typed', async () => {
    const { ask } = await setUp(upsert('message', '1', { text: 'words' }))
    const odd = [
      '',
      '   ',
      '!!! ??',
      '🎉🎉',
      "' or 1=1 --",
      ':*',
      '\\',
      'a & | ! b',
      '<->',
      '\0',
      '\ud800',
      'x'.repeat(200_000),
      'q '.repeat(50_000),
    ]
    for (const query of odd) expect((await ask(query)).rows).toEqual([])
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.string({ unit: 'binary', maxLength: 60 }), fc.string({ unit: 'grapheme' })),
        async (query) => {
          const page = await ask(query)
          expect(page.rows.length).toBeLessThanOrEqual(await page.totalCount())
        },
      ),
      { numRuns: 60 },
    )
  })

  test('finds only what is of the workspace, of the providers asked for, and not deleted', async () => {
    const { ask, found, integrationId, workspaceId } = await setUp(
      upsert('message', '1', { text: 'secret' }),
      upsert('contact', '2', { email: 'a@b.c' }),
    )
    const zendesk = await makeIntegration(db.database, { provider: 'zendesk', workspaceId })
    await apply(db.database, batch(zendesk.integrationId, 1, [upsert('message', '9', { text: 'secret' })]))
    expect((await ask('secret')).rows.map((hit) => hit.provider).toSorted()).toEqual(['intercom', 'zendesk'])
    expect(await found('secret', { providers: ['intercom'] })).toEqual(['message 1'])
    expect(await found('a@b.c', { providers: ['zendesk'] })).toEqual([])
    const other = await makeIntegration(db.database)
    for (const query of ['secret', 'a@b.c', rowId(integrationId, 'message', '1')]) {
      expect(
        (await search(db.database.workspace(other.workspaceId), { query, kinds: SEARCH_KINDS, first: 9 })).rows,
      ).toEqual([])
    }
    const gone = { op: 'delete', kind: 'message', remoteId: '1', mergedIntoRemoteId: null } as const
    await apply(db.database, batch(integrationId, 2, [gone]))
    expect(await found('secret', { providers: ['intercom'] })).toEqual([])
  })
})
