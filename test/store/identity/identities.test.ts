import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openIntegrations } from '../../../store/integrations.ts'
import { openReader } from '../../../store/read.ts'
import { openTestDatabase, type TestDatabase } from '../../setup/database.ts'
import { testServers } from '../../setup/servers.ts'
import { at } from '../records.ts'
import { makePeople, type People } from './people.ts'

const known = (email: string) => ({ email, emailVerified: true })

describe.each(testServers)('who is one person, on $name', (server) => {
  let db: TestDatabase
  beforeAll(async () => void (db = await openTestDatabase(server)))
  afterAll(() => db?.[Symbol.asyncDispose]())

  const reader = (people: People) => openReader(db.database, people.workspaceId)
  const explained = async (people: People, name: string) => {
    const { identities } = reader(people)
    return identities.explained((await identities.customerOf(people.idOf(name)))?.id ?? '')
  }

  test('contacts are one by what they have: proven addresses, numbers, external ids; never by name alone', async () => {
    const people = await makePeople(db)
    await people.say({
      a: { name: 'Ann', ...known('ann@x.example') },
      A: { name: 'Ann', ...known('ANN@x.example '), phone: '+49 30 901820' },
      b: { name: 'Ann', phone: '+49 (0)30 90 18 20', externalId: '7' },
      B: { name: 'Ann', externalId: ' 7' },
      c: { name: 'Ann' },
      C: { name: 'Ann', email: 'ann@x.example', emailVerified: false },
    })
    expect(await people.groups()).toEqual(['ABab', 'C', 'c'])
  })

  test('a lone contact is a customer, which shows what the contact does', async () => {
    const people = await makePeople(db)
    const times = { createdAt: at(1), updatedAt: at(2), lastSeenAt: at(3) }
    await people.say({
      a: { name: ' Ann ', email: 'Ann@X.example', phone: '030', avatarUrl: 'https://a.example', ...times },
    })
    expect(await people.told()).toEqual(['created a'])
    expect(await reader(people).identities.customerOf(people.idOf('a'))).toEqual({
      id: people.idOf('a'),
      workspaceId: people.workspaceId,
      name: 'Ann',
      emails: ['ann@x.example'],
      phones: ['030'],
      avatarUrl: 'https://a.example',
      providers: ['intercom'],
      contactCount: 1,
      ...times,
    })
    // The same again is no news; what is shown is.
    await people.say({
      a: { name: ' Ann ', email: 'Ann@X.example', phone: '030', avatarUrl: 'https://a.example', ...times },
    })
    expect(await people.told()).toEqual([])
    await people.say({ a: { name: 'Anna' } })
    expect(await people.told()).toEqual(['updated a'])
  })

  test('a customer brings its contacts together, and every id it ever had finds it', async () => {
    const people = await makePeople(db)
    await people.say({
      a: { name: 'Ann L.', role: 'LEAD', ...known('a@x.example'), createdAt: at(1), lastSeenAt: at(4) },
      A: { name: 'Ann', ...known('a@x.example'), phone: '+49 30 901820', createdAt: at(2), lastSeenAt: at(3) },
    })
    const { identities } = reader(people)
    const one = await identities.customerOf(people.idOf('a'))
    expect(await identities.customerOf(people.idOf('A'))).toEqual(one)
    expect(one).toMatchObject({
      name: 'Ann',
      emails: ['a@x.example'],
      phones: ['+4930901820'],
      providers: ['intercom', 'zendesk'],
      contactCount: 2,
      createdAt: at(1),
      lastSeenAt: at(4),
    })
    expect([people.idOf('a'), people.idOf('A')].toSorted()[0]).toBe(one?.id)
  })

  test('who was one ceases to be when what linked them goes', async () => {
    const people = await makePeople(db)
    await people.say({ a: known('a@x.example'), A: known('a@x.example') })
    expect(await people.groups()).toEqual(['Aa'])
    await people.say({ A: known('other@x.example') })
    expect(await people.groups()).toEqual(['A', 'a'])
    await people.say({ A: { email: 'a@x.example', emailVerified: false } })
    expect(await people.groups()).toEqual(['A', 'a'])
    await people.say({ A: known('a@x.example') })
    await people.remove('a')
    expect(await people.groups()).toEqual(['A'])
    await people.say({ a: known('a@x.example') })
    expect(await people.groups()).toEqual(['Aa'])
  })

  test('ten who share a key are one, eleven are not, and ten again are', async () => {
    const people = await makePeople(db)
    const ten = Object.fromEntries('abcdefghij'.split('').map((name) => [name, known('desk@x.example')]))
    await people.say(ten)
    expect(await people.groups()).toEqual(['abcdefghij'])
    await people.say({ k: known('desk@x.example'), l: known('desk@x.example') })
    expect(await people.groups()).toHaveLength(12)
    await people.say({ m: known('desk@x.example') })
    expect(await people.groups()).toHaveLength(13)
    expect((await explained(people, 'a')).suggestions[0]).toMatchObject({
      evidence: 'VERIFIED_EMAIL',
      sharedBy: 13,
      confidence: 0.1,
    })
    await people.remove('a')
    await people.say({ b: known('own@x.example'), m: { email: null } })
    expect(await people.groups()).toEqual(['b', 'cdefghijkl', 'm'])
  })

  test('links say what they stand on, and since when', async () => {
    const people = await makePeople(db)
    await people.say({ a: known('a@x.example'), A: { ...known('a@x.example'), phone: '+49 30 901820' }, b: {} })
    await people.link('A', 'b')
    const { links } = await explained(people, 'b')
    expect(links).toMatchObject([
      { evidence: 'MEMBER', value: null, confidence: 1, memberId: null, madeAt: expect.any(Date) },
      { evidence: 'VERIFIED_EMAIL', value: 'a@x.example', confidence: 0.9, madeAt: expect.any(Date) },
    ])
    expect(links.map(({ contactId, otherId }) => [contactId, otherId].toSorted())).toEqual([
      [people.idOf('A'), people.idOf('b')].toSorted(),
      [people.idOf('a'), people.idOf('A')].toSorted(),
    ])
  })

  test('who has the same address, but not proven, is suggested; not to who was told apart', async () => {
    const people = await makePeople(db)
    await people.say({
      a: known('a@x.example'),
      A: { email: 'A@x.example', emailVerified: null },
      B: known('b@x.example'),
    })
    const suggestion = { evidence: 'UNVERIFIED_EMAIL', value: 'a@x.example', confidence: 0.5, sharedBy: null }
    expect((await explained(people, 'a')).suggestions).toEqual([
      { contactId: people.idOf('a'), otherId: people.idOf('A'), ...suggestion },
    ])
    expect((await explained(people, 'A')).suggestions).toMatchObject([{ otherId: people.idOf('a') }])
    expect((await explained(people, 'B')).suggestions).toEqual([])
    await people.link('a', 'A')
    expect((await explained(people, 'a')).suggestions).toEqual([])
    await people.unlink('a', 'A')
    expect((await explained(people, 'a')).suggestions).toHaveLength(1)
    await people.say({ A: known('a@x.example') })
    expect(await people.groups()).toEqual(['Aa', 'B'])
    await people.unlink('A')
    await people.say({ A: { email: 'a@x.example', emailVerified: null } })
    expect(await people.groups()).toEqual(['A', 'B', 'a'])
    expect((await explained(people, 'a')).suggestions).toEqual([])
  })

  test('a contact is not linked to itself, to one that is not there, or to whom it is one with', async () => {
    const people = await makePeople(db)
    const others = await makePeople(db)
    await people.say({ a: {}, b: {}, c: {} })
    await others.say({ a: {} })
    await people.link('a', 'b')
    await people.link('b', 'c')
    const before = await people.kept()
    expect(await people.link('a', 'a')).toBe('SAME_CONTACT')
    expect(await people.link('c', 'a')).toBe('ALREADY_ONE')
    expect(await people.link('a', 'z')).toBe('NO_OTHER')
    expect(await people.unlink('z')).toBe('NO_CONTACT')
    expect(await people.unlink('a', 'a')).toBe('SAME_CONTACT')
    const { workspaceId, identities } = people
    for (const id of [others.idOf('a'), randomUUID()]) {
      const asked = { workspaceId, memberId: null, contactId: id, otherId: people.idOf('a') }
      expect(await identities.link(asked)).toEqual({ refused: 'NO_CONTACT' })
      expect(await identities.unlink(asked)).toEqual({ refused: 'NO_CONTACT' })
    }
    await people.unlink('a')
    expect(await people.unlink('a')).toBe('NOT_ONE')
    expect(await people.unlink('a', 'b')).toBe('NOT_ONE')
    await people.link('a', 'b')
    expect(await people.kept()).not.toEqual(before)
    expect(await others.groups()).toEqual(['a'])
  })

  test('who is taken out stays out, until somebody links them again', async () => {
    const people = await makePeople(db)
    await people.say({ a: known('a@x.example'), A: known('a@x.example'), b: known('a@x.example') })
    expect(await people.unlink('A')).toBe('done')
    expect(await people.groups()).toEqual(['A', 'ab'])
    await people.say({ B: known('a@x.example'), A: { name: 'Changed', ...known('a@x.example') } })
    expect(await people.groups()).toEqual(['A', 'Bab'])
    expect(await people.link('B', 'A')).toBe('done')
    expect(await people.groups()).toEqual(['ABab'])
    expect(await people.unlink('A')).toBe('done')
    expect(await people.groups()).toEqual(['A', 'Bab'])
  })

  test('a contact that joins two by chance leaves both, and one of two leaves the other', async () => {
    const people = await makePeople(db)
    await people.say({
      a: { externalId: '1' },
      b: { externalId: '1', phone: '+49 30 901820' },
      c: { phone: '+49 30 901820' },
    })
    expect(await people.groups()).toEqual(['abc'])
    await people.unlink('b', 'c')
    expect(await people.groups()).toEqual(['ab', 'c'])
    await people.link('c', 'a')
    await people.unlink('b')
    expect(await people.groups()).toEqual(['ac', 'b'])
  })

  test('what people linked one after the other comes apart where they say', async () => {
    const people = await makePeople(db)
    await people.say({ a: {}, b: {}, c: {}, d: {} })
    await people.link('a', 'b')
    await people.link('b', 'c')
    await people.link('c', 'd')
    await people.unlink('c', 'a')
    expect(await people.groups()).toEqual(['ab', 'cd'])
  })

  test('followers are told of who came, changed and went', async () => {
    const people = await makePeople(db)
    await people.say({ a: {}, A: {} })
    const [low = '', high = ''] = ['a', 'A'].toSorted((a, b) => (people.idOf(a) < people.idOf(b) ? -1 : 1))
    await people.told()
    await people.link('a', 'A')
    expect((await people.told()).toSorted()).toEqual([`deleted ${high}`, `updated ${low}`])
    await people.unlink('a', 'A')
    expect((await people.told()).toSorted()).toEqual([`created ${high}`, `updated ${low}`])
    await people.remove('a')
    expect(await people.told()).toEqual(['deleted a'])
  })

  test('history tells who was linked by what, newest first', async () => {
    const people = await makePeople(db)
    await people.say({ a: known('a@x.example') })
    await people.say({ A: known('a@x.example') })
    await people.unlink('a', 'A')
    const acts = await db.database
      .workspace(people.workspaceId)
      .query('select type, evidence from identity_act order by place')
    expect(acts).toEqual([
      { type: 'LINKED', evidence: 'VERIFIED_EMAIL' },
      { type: 'UNLINKED', evidence: null },
    ])
  })

  test('what was decided of a contact that its tool merged goes on for the one that took its place', async () => {
    const people = await makePeople(db)
    await people.say({ a: {}, b: {}, A: {} })
    await people.link('a', 'A')
    await people.remove('a', 'b')
    expect(await people.groups()).toEqual(['Ab'])
    const { identities } = reader(people)
    expect(await identities.customerOf(people.idOf('a'))).toEqual(await identities.customerOf(people.idOf('b')))
    expect(await people.unlink('b', 'A')).toBe('done')
    expect(await people.groups()).toEqual(['A', 'b'])
  })

  test('an account that is erased leaves nothing behind, and who stays is as without it', async () => {
    const people = await makePeople(db)
    await people.say({ a: known('a@x.example'), b: known('b@x.example') })
    const before = await people.kept()
    await people.say({ A: { ...known('a@x.example'), phone: '+49 30 901820' }, B: {} })
    await people.unlink('A')
    await people.link('A', 'b')
    await people.link('a', 'B')
    await openIntegrations(db.database).erase(people.accountOf('A'))
    expect(await people.kept()).toEqual(before)
    expect(
      await db.database.system.query('select from identity_act where workspace_id = $1', [people.workspaceId]),
    ).toEqual([])
  })

  test('contacts that were stored before there were customers get theirs, however often it is asked for', async () => {
    const people = await makePeople(db)
    await people.say({ a: known('a@x.example'), A: known('a@x.example'), b: {} })
    const { database } = db
    const before = await people.kept()
    for (const table of ['identity', 'customer', 'identity_act']) {
      await database.system.query(`delete from ${table} where workspace_id = $1`, [people.workspaceId])
    }
    const stopped = AbortSignal.abort()
    expect(await people.identities.rederive(stopped)).toBe(0)
    const going = new AbortController().signal
    const [one, other] = await Promise.all([people.identities.rederive(going), people.identities.rederive(going)])
    expect(Math.max(one, other)).toBe(3)
    expect(await people.groups()).toEqual(['Aa', 'b'])
    const withoutTimes = (kept: unknown): string => JSON.stringify(kept).replaceAll(/\d{4}-\d\d-\d\d \d[^"\\]*/g, 'T')
    expect(withoutTimes(await people.kept())).toBe(withoutTimes(before))
    expect(await people.identities.rederive(going)).toBe(0)
  })

  test('of another workspace, nothing is seen or written', async () => {
    const [people, others] = [await makePeople(db), await makePeople(db)]
    await people.say({ a: known('a@x.example') })
    await others.say({ a: known('a@x.example') })
    expect(await people.groups()).toEqual(['a'])
    expect(await reader(others).identities.customerOf(people.idOf('a'))).toBeNull()
    expect(await reader(others).identities.explained(people.idOf('a'))).toEqual({ links: [], suggestions: [] })
    expect((await explained(others, 'a')).suggestions).toEqual([])
    const own = db.database.workspace(people.workspaceId)
    for (const table of ['identity', 'customer', 'identity_decision', 'identity_act']) {
      expect(await own.query(`select from ${table} where workspace_id <> $1`, [people.workspaceId])).toEqual([])
    }
  })
})
