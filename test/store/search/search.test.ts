import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { apply } from '../../../store/apply.ts'
import type { Change } from '../../../store/change.ts'
import { BadCursorError, QueryTimeoutError } from '../../../store/errors.ts'
import { rowId, toNodeId } from '../../../store/id.ts'
import { openWords } from '../../../store/search/learn.ts'
import { search, RECORD_KINDS, type SearchQuery } from '../../../store/search/search.ts'
import { openTestDatabase, type TestDatabase } from '../../setup/database.ts'
import { testServers } from '../../setup/servers.ts'
import { at, batch, makeIntegration, upsert } from '../records.ts'

describe.each(testServers)('search on $name', (server) => {
  let db: TestDatabase
  beforeAll(async () => void (db = await openTestDatabase(server)))
  afterAll(() => db[Symbol.asyncDispose]())

  async function setUp(...changes: Change[]) {
    const { workspaceId, integrationId } = await makeIntegration(db.database)
    await apply(db.database, batch(integrationId, 1, changes))
    const ask = (query: string, rest: Partial<SearchQuery> = {}) =>
      search(db.database.workspace(workspaceId), workspaceId, { query, kinds: RECORD_KINDS, first: 50, ...rest })
    const learn = async (): Promise<void> => {
      await openWords(db.database).learnAgain()
      while (await openWords(db.database).learn());
    }
    const names = new Map(changes.map((each) => [rowId(integrationId, each.kind, each.remoteId), each.remoteId]))
    const found = async (query: string, rest: Partial<SearchQuery> = {}) =>
      (await ask(query, rest)).rows.map((hit) => `${hit.kind} ${names.get(hit.id)}`)
    return { workspaceId, integrationId, ask, found, learn }
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

  test('shows the text around the word, and which words are meant', async () => {
    const text = `${'lorem ipsum '.repeat(50)}the  Café\nis closed ${'dolor sit '.repeat(50)}`
    const { ask } = await setUp(
      upsert('message', '1', { text }),
      upsert('contact', '2', { name: 'Caféteria', phone: '+49 30' }),
    )
    const { rows } = await ask('cafe')
    const snippets = rows.map((hit) => hit.snippet)
    expect(snippets).toContain('Caféteria · +49 30')
    const long = snippets.find((snippet) => snippet.includes('the Café is closed'))
    expect(long).toMatch(/^….*…$/)
    expect(long?.length).toBeLessThan(170)
    for (const { snippet, parts } of rows) {
      expect(parts.map((part) => part.text).join('')).toBe(snippet)
      expect(parts.filter((part) => part.matched).map((part) => part.text)).toHaveLength(1)
    }
  })

  test('finds words in other forms, in the languages that people write', async () => {
    const { found } = await setUp(
      upsert('message', 'de', { text: 'Die Rechnung und das Haus sind bezahlt' }),
      upsert('message', 'de-many', { text: 'Alle Häuser und Rechnungen' }),
      upsert('message', 'fr', { text: 'Le remboursement n’est pas arrivé' }),
      upsert('message', 'es', { text: 'Una devolución, por favor' }),
      upsert('message', 'ru', { text: 'Где мой возврат?' }),
      upsert('message', 'en', { text: 'I study how a refund is made' }),
    )
    expect(await found('Rechnungen')).toEqual(['message de-many', 'message de'])
    expect(await found('Häuser')).toEqual(['message de-many', 'message de'])
    expect(await found('remboursements')).toEqual(['message fr'])
    expect(await found('devoluciones')).toEqual(['message es'])
    expect(await found('возврата')).toEqual(['message ru'])
    expect(await found('refunds')).toEqual(['message en'])
    expect(await found('studies refunded')).toEqual(['message en'])
  })

  test('finds what is written without spaces, or from right to left', async () => {
    const { found, ask } = await setUp(
      upsert('message', 'zh', { text: '我想要退款，谢谢' }),
      upsert('message', 'zh-other', { text: '要谢退想款' }),
      upsert('message', 'ja', { text: '返品したいのですが、カードで払いました' }),
      upsert('message', 'th', { text: 'ขอคืนเงินค่าสินค้าด้วยครับ' }),
      upsert('message', 'ar', { text: 'أُرِيدُ اِسْتِرْدَادَ أَمْوَالِي' }),
      upsert('message', 'he', { text: 'אני רוצה הֶחְזֵר כספי' }),
    )
    expect(await found('退款')).toEqual(['message zh'])
    expect(await found('款')).toEqual(expect.arrayContaining(['message zh', 'message zh-other']))
    expect(await found('したい カード')).toEqual(['message ja'])
    expect(await found('คืนเงิน')).toEqual(['message th'])
    expect(await found('استرداد')).toEqual(['message ar'])
    expect(await found('החזר')).toEqual(['message he'])
    const [hit] = (await ask('退款')).rows
    expect(hit?.parts).toContainEqual({ text: '退款', matched: true })
  })

  test('finds what was meant where little holds what was typed, below what does', async () => {
    const { found, ask, learn } = await setUp(
      upsert('message', '1', { text: 'Please refund my accommodation' }),
      upsert('message', '2', { text: 'refnud' }),
      upsert('contact', '3', { name: 'Catherine Müller', email: 'catherine@mueller.test' }),
      upsert('ticket', '4', { number: '4711', subject: 'Wo ist mein Kühlschrank' }),
    )
    expect(await found('refnud')).toEqual(['message 2'])
    await learn()
    expect(await found('refnud')).toEqual(['message 2', 'message 1'])
    for (const typed of ['reffund', 'refud', 'rafund', 'accomodatoin', 'REFÛDN']) {
      expect([typed, await found(typed)]).toEqual([typed, expect.arrayContaining(['message 1'])])
    }
    expect(await found('Chaterine')).toEqual(['contact 3'])
    expect(await found('cahterine@mueller.test')).toEqual(['contact 3'])
    expect(await found('Kühlschrakn mein')).toEqual(['ticket 4'])
    expect(await found('pleese refudn')).toEqual(['message 1'])
    // Numbers are exact, and so is what is short.
    for (const typed of ['4712', '4171', 'eni']) expect([typed, await found(typed)]).toEqual([typed, []])
    const [exact, near] = (await ask('refnud')).rows
    expect(near?.rank).toBeLessThan(exact?.rank ?? 0)
    expect(near?.parts).toContainEqual({ text: 'refund', matched: true })
  })

  test('widens nothing that is found often enough', async () => {
    const { ask, learn } = await setUp(
      ...Array.from({ length: 20 }, (_, n) => upsert('message', String(n), { text: 'johan' })),
      upsert('message', 'other', { text: 'johen' }),
    )
    await learn()
    expect(await (await ask('johan')).totalCount()).toBe(20)
    expect(await (await ask('johen')).totalCount()).toBe(21)
  })

  test('ranks whole names and subjects, then titles, whole words, and beginnings', async () => {
    const { found } = await setUp(
      upsert('ticket', 'subject', { subject: 'Login' }),
      upsert('ticket', 'title', { subject: 'My login fails', description: 'nothing' }),
      upsert('ticket', 'body', { subject: 'Nothing', description: 'my login fails' }),
      upsert('ticket', 'beginning', { subject: 'Loginpage' }),
      upsert('contact', 'name', { name: 'LOGIN' }),
      upsert('contact', 'named so', { externalId: 'login' }),
    )
    expect(await found('login')).toEqual([
      'contact named so',
      'ticket subject',
      'contact name',
      'ticket title',
      'ticket body',
      'ticket beginning',
    ])
  })

  test('shows the newest first of what is equally good', async () => {
    const { found } = await setUp(
      ...[3, 1, 2].map((n) => upsert('message', String(n), { text: 'same words', createdAt: at(n) })),
      upsert('message', 'never', { text: 'same words', createdAt: null }),
    )
    expect(await found('same')).toEqual(['message 3', 'message 2', 'message 1', 'message never'])
  })

  test('is narrowed to accounts, times, and how threads stand', async () => {
    const tag = upsert('tag', 'vip', { name: 'VIP' })
    const { found, integrationId } = await setUp(
      tag,
      upsert('ticket', '1', { subject: 'broken', status: 'OPEN', assigneeRemoteId: 'a', createdAt: at(1) }),
      upsert('ticket', '2', { subject: 'broken', status: 'SOLVED', tagRemoteIds: ['vip'], createdAt: at(2) }),
      upsert('conversation', '3', { subject: 'broken', status: 'OPEN', teamRemoteId: 't', createdAt: at(3) }),
      upsert('message', '4', { text: 'broken', createdAt: at(4) }),
    )
    const narrowed: readonly (readonly [Partial<SearchQuery>, string[]])[] = [
      [{ integrationIds: [integrationId] }, ['message 4', 'conversation 3', 'ticket 2', 'ticket 1']],
      [{ integrationIds: [rowId(integrationId, 'tag', 'x')] }, []],
      [{ createdAfter: at(2), createdBefore: at(4) }, ['conversation 3', 'ticket 2']],
      [{ status: ['OPEN'] }, ['conversation 3', 'ticket 1']],
      [{ assigneeId: rowId(integrationId, 'agent', 'a') }, ['ticket 1']],
      [{ assigneeId: null }, ['conversation 3', 'ticket 2']],
      [{ teamId: rowId(integrationId, 'team', 't') }, ['conversation 3']],
      [{ teamId: null, status: ['SOLVED'] }, ['ticket 2']],
      [{ tag: ['vip'] }, ['ticket 2']],
      [{ tag: ['none'] }, []],
      [{ status: ['OPEN'], kinds: ['message'] }, []],
    ]
    for (const [filter, names] of narrowed) {
      expect([filter, (await found('broken', filter)).toSorted()]).toEqual([filter, names.toSorted()])
    }
  })

  test('finds people across tools, by their addresses first, once each', async () => {
    const { integrationId, workspaceId, ask } = await setUp(
      upsert('contact', '1', { name: 'Ada Lovelace', email: 'ada@example.com', emailVerified: true }),
    )
    const zendesk = await makeIntegration(db.database, { provider: 'zendesk', workspaceId })
    const same = upsert('contact', '2', { name: 'A. Lovelace', email: 'Ada@example.com', emailVerified: true })
    await apply(db.database, batch(zendesk.integrationId, 1, [same]))
    const people = async (query: string, rest: Partial<SearchQuery> = {}) =>
      (await ask(query, { kinds: ['customer'], ...rest })).rows.map(({ rank, snippet }) => [
        rank === 1,
        snippet.includes('Lovelace'),
      ])
    expect(await people('ADA@example.com')).toEqual([[true, true]])
    expect(await people('lovelace')).toEqual([[false, true]])
    expect(await people('lovelace', { providers: ['zendesk'], integrationIds: [integrationId] })).toEqual([
      [false, true],
    ])
    expect(await people('lovelace', { providers: ['freshdesk'] })).toEqual([])
    expect(await people('lovelace', { createdBefore: at(-1e8) })).toEqual([])
  })

  test('pages through the same, whatever the order of sizes, when words are frequent and rows are many', async () => {
    const words = ['alpha', 'alphabet', 'alphas', 'beta', 'alhpa']
    const { ask, learn } = await setUp(
      ...Array.from({ length: 120 }, (_, n) =>
        upsert('message', `m${n}`, { text: `${words[n % 5]} ${words[n % 3]}`, createdAt: at(n % 7) }),
      ),
      ...Array.from({ length: 40 }, (_, n) =>
        upsert('ticket', `t${n}`, { subject: words[n % 4] ?? '', createdAt: at(n) }),
      ),
    )
    await learn()
    const first = (await ask('alpha', { first: 500 })).rows.map((hit) => hit.id)
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 4 }), async (sizes) => {
        const seen: string[] = []
        for (let n = 0, after: string | undefined; ; n += 1) {
          const page = await ask('alpha', {
            first: sizes[n % sizes.length] ?? 1,
            ...(after !== undefined && { after }),
          })
          seen.push(...page.rows.map((hit) => hit.id))
          if (!page.hasNextPage) break
          after = page.cursors.at(-1)
        }
        expect(seen).toEqual(first)
      }),
      { numRuns: 4 },
    )
    expect(new Set(first)).toHaveLength(first.length)
  })

  test('has a deadline of its own, which ends with it', async () => {
    const { workspaceId } = await setUp()
    const hurried = db.database.workspace(workspaceId, { deadlineMs: 20 })
    await expect(hurried.query('select pg_sleep(60)')).rejects.toThrow(QueryTimeoutError)
    expect(await db.database.workspace(workspaceId).query('show statement_timeout')).toEqual([
      { statement_timeout: '10s' },
    ])
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
      '*',
      '%%%',
      '* * *'.repeat(200),
      "'; drop table message; --",
      '\u202e\u202d',
      'a* b* c* d* e* f* g* h* i* j*',
      "''''",
      '👩‍👩‍👧',
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
        (
          await search(db.database.workspace(other.workspaceId), other.workspaceId, {
            query,
            kinds: RECORD_KINDS,
            first: 9,
          })
        ).rows,
      ).toEqual([])
    }
    const gone = { op: 'delete', kind: 'message', remoteId: '1', mergedIntoRemoteId: null } as const
    await apply(db.database, batch(integrationId, 2, [gone]))
    expect(await found('secret', { providers: ['intercom'] })).toEqual([])
  })
})
