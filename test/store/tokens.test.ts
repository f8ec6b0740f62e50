import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DatabaseUnavailableError, RowNotFoundError } from '../../store/errors.ts'
import { openDatabase } from '../../store/database.ts'
import { openTokens } from '../../store/tokens.ts'
import { openTestStore, TestClock, type TestStore } from '../setup/store.ts'
import { testServers } from '../setup/servers.ts'

describe.each(testServers)('tokens on $name', (server) => {
  const clock = new TestClock()
  let own: TestStore
  beforeAll(async () => {
    own = await openTestStore({ server, now: clock.now })
  })
  afterAll(() => own[Symbol.asyncDispose]())

  const issue = (expiresAt: Date | null = null): Promise<{ id: string; secret: string }> =>
    own.store.tokens.issue(own.memberId, { name: 'test', expiresAt })
  const authenticate = (authorization: string | undefined): Promise<unknown> =>
    own.store.tokens.authenticate(authorization)

  test('tell who is asking', async () => {
    const { id, secret } = await issue()
    expect(secret).toMatch(/^swb_[\w-]{43}$/)
    const whose = { workspaceId: own.workspaceId, memberId: own.memberId, role: 'OWNER' }
    const viewer = { ...whose, tokenId: id, scopes: [], expiresAt: null }
    expect(await authenticate(`Bearer ${secret}`)).toEqual(viewer)
    expect(await authenticate(`bearer  ${secret} `)).toEqual(viewer)
  })

  test('are kept as a hash only', async () => {
    const { secret } = await issue()
    const rows = await own.store.database.system.query<{ row: string }>('select token::text as row from token')
    for (const { row } of rows) expect(row).not.toContain(secret)
    expect(rows.length).toBeGreaterThan(0)
  })

  test('are refused when they are not ours, or not sent as they should be', async () => {
    const { secret } = await issue()
    const headers = [undefined, '', 'Bearer', 'Bearer ', secret, `Basic ${secret}`, `Bearer ${secret}x`]
    const more = [
      `Bearer ${secret.slice(0, -1)}`,
      `Bearer ${secret} ${secret}`,
      `Bearer ${'x'.repeat(10_000)}`,
      'Bearer \0',
    ]
    for (const header of [...headers, ...more]) expect(await authenticate(header)).toBeNull()
  })

  test('end when they say, also where they were seen before', async () => {
    const { secret } = await issue(new Date(clock.now().getTime() + 1_000))
    expect(await authenticate(`Bearer ${secret}`)).not.toBeNull()
    clock.move(1_000)
    expect(await authenticate(`Bearer ${secret}`)).toBeNull()
  })

  test('end when they are revoked: here at once, elsewhere within five seconds', async () => {
    await using elsewhere = await openDatabase({ url: own.url })
    const others = openTokens(elsewhere, clock.now)
    const { id, secret } = await issue()
    expect(await authenticate(`Bearer ${secret}`)).not.toBeNull()
    expect(await others.authenticate(`Bearer ${secret}`)).not.toBeNull()
    await own.store.tokens.revoke(id)
    expect(await authenticate(`Bearer ${secret}`)).toBeNull()
    clock.move(5_000)
    expect(await others.authenticate(`Bearer ${secret}`)).toBeNull()
  })

  test('are listed with whom they stand for, and without their secrets', async () => {
    const until = new Date(clock.now().getTime() + 1_000)
    const { id, secret } = await issue(until)
    const listed = await own.store.tokens.list()
    const holder = { workspace: 'Acme', email: 'ann@acme.test', role: 'OWNER', scopes: [] }
    const times = { createdAt: expect.any(Date), expiresAt: until, revokedAt: null }
    expect(listed.at(-1)).toEqual({ id, name: 'test', ...holder, ...times })
    expect(JSON.stringify(listed)).not.toContain(secret)
    await own.store.tokens.revoke(id)
    const after = (await own.store.tokens.list()).find((each) => each.id === id)
    expect(after?.revokedAt).toEqual(clock.now())
  })

  test('follow the role of their member', async () => {
    const member = await own.store.members.ensure(own.workspaceId, { email: 'bo@acme.test', name: 'Bo', role: 'ADMIN' })
    const { secret } = await own.store.tokens.issue(member.id, { name: 'test', expiresAt: null })
    expect(await authenticate(`Bearer ${secret}`)).toMatchObject({ role: 'ADMIN' })
    await own.store.members.ensure(own.workspaceId, { email: 'BO@acme.test', name: 'Bo', role: 'ANALYST' })
    clock.move(5_000)
    expect(await authenticate(`Bearer ${secret}`)).toMatchObject({ role: 'ANALYST', memberId: member.id })
  })

  test('carry the scopes they were issued with last', async () => {
    const chosen = {
      name: 'scoped',
      expiresAt: null,
      secret: 'a-secret-with-scopes',
      scopes: ['read:cost', 'b"\\,{} c'],
    }
    const { id } = await own.store.tokens.issue(own.memberId, chosen)
    expect(await authenticate(`Bearer ${chosen.secret}`)).toMatchObject({ scopes: chosen.scopes })
    expect((await own.store.tokens.list()).find((each) => each.id === id)?.scopes).toEqual(chosen.scopes)
    await own.store.tokens.issue(own.memberId, { ...chosen, scopes: [] })
    expect(await authenticate(`Bearer ${chosen.secret}`)).toMatchObject({ scopes: [] })
  })

  test('may be chosen, and issued again to the same member only', async () => {
    const chosen = { name: 'demo', expiresAt: null, secret: 'a-secret-chosen-elsewhere' }
    const first = await own.store.tokens.issue(own.memberId, chosen)
    await own.store.tokens.revoke(first.id)
    expect(await own.store.tokens.issue(own.memberId, chosen)).toEqual(first)
    expect(await authenticate(`Bearer ${chosen.secret}`)).toMatchObject({ tokenId: first.id })
    const other = await own.store.members.ensure(own.workspaceId, { email: 'cy@acme.test', name: 'Cy', role: 'AGENT' })
    await expect(own.store.tokens.issue(other.id, chosen)).rejects.toThrow(RowNotFoundError)
    await expect(own.store.tokens.issue(own.memberId, { ...chosen, secret: 'short' })).rejects.toThrow(TypeError)
  })

  test('are nobody’s answer when the database is down, and good again afterwards', async () => {
    const { secret } = await issue()
    const header = `Bearer ${secret}`
    const gone = await openDatabase({ url: 'postgres://x@127.0.0.1:1/x' })
    const tokens = openTokens(gone, clock.now)
    await expect(tokens.authenticate(header)).rejects.toThrow(DatabaseUnavailableError)
    await expect(tokens.authenticate(header)).rejects.toThrow(DatabaseUnavailableError)
    await gone[Symbol.asyncDispose]()
    expect(await authenticate(header)).not.toBeNull()
  })

  test('are looked up once by many who ask at once', async () => {
    const { secret } = await issue()
    let asked = 0
    const { database } = own.store
    const counting = {
      ...database,
      system: {
        query: <R>(sql: string, values?: readonly unknown[]): Promise<R[]> => {
          asked++
          return database.system.query<R>(sql, values)
        },
      },
    }
    const tokens = openTokens(counting, clock.now)
    const viewers = await Promise.all(Array.from({ length: 50 }, () => tokens.authenticate(`Bearer ${secret}`)))
    expect(new Set(viewers).size).toBe(1)
    expect(asked).toBe(1)
    clock.move(4_999)
    await tokens.authenticate(`Bearer ${secret}`)
    expect(asked).toBe(1)
  })
})
