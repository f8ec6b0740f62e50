import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DatabaseUnavailableError, QueryTimeoutError } from '../../store/errors.ts'
import { openDatabase } from '../../store/database.ts'
import { openTestDatabase, type TestDatabase } from '../setup/database.ts'
import { onServer, withDatabase } from '../setup/server-url.ts'
import { testServers } from '../setup/servers.ts'
import { Inbox } from './inbox.ts'

describe.each(testServers)('a database on $name', (server) => {
  let own: TestDatabase
  let acme: string
  let other: string

  beforeAll(async () => {
    own = await openTestDatabase(server)
    const rows = await own.database.system.query<{ id: string }>(
      `insert into workspace (name) values ('Acme'), ('Other') returning id`,
    )
    acme = rows[0]?.id ?? ''
    other = rows[1]?.id ?? ''
    for (const workspaceId of [acme, other]) {
      await own.database.system.query(
        `insert into member (workspace_id, email, name, role) values ($1, 'a@b.c', $2, 'OWNER')`,
        [workspaceId, workspaceId],
      )
      await own.database.system.query(
        `insert into integration (workspace_id, provider, name, account_id, settings, status)
         values ($1, 'fake', 'Fake', 'account of ' || $2, '{}', 'ACTIVE')`,
        [workspaceId, workspaceId],
      )
    }
    await own.database.system.query(
      `insert into delivery (provider, account_id, delivery_id, topic, headers, body, received_at)
       select provider, account_id, account_id, 'ping', '{}', '', now() from integration`,
    )
  })
  afterAll(() => own[Symbol.asyncDispose]())

  test('shows a workspace its own rows only, whatever SQL is run', async () => {
    const mine = own.database.workspace(acme)
    expect(await mine.query('select id from workspace')).toEqual([{ id: acme }])
    expect(await mine.query('select name from member')).toEqual([{ name: acme }])
    expect(await mine.query('select name from member where workspace_id = $1', [other])).toEqual([])
    expect(await mine.query('select delivery_id from delivery')).toEqual([{ delivery_id: `account of ${acme}` }])
    expect(await mine.query(`update member set name = name returning workspace_id as id`)).toEqual([{ id: acme }])
    expect(await mine.query(`select name from member union select name from integration`)).toHaveLength(2)
  })

  test('never lets a workspace write into another', async () => {
    const insert = `insert into member (workspace_id, email, name, role) values ($1, 'x@y.z', 'X', 'OWNER')`
    await expect(own.database.workspace(acme).query(insert, [other])).rejects.toThrow(/row-level security/)
    await expect(own.database.transaction(acme, (tx) => tx.query(insert, [other]))).rejects.toThrow(
      /row-level security/,
    )
    await expect(own.database.workspace(acme).query('update member set workspace_id = $1', [other])).rejects.toThrow(
      /row-level security/,
    )
  })

  test.each(['token', 'credential', 'pending_authorization'])('keeps the table %s to the engines', async (table) => {
    await expect(own.database.workspace(acme).query(`select from ${table}`)).rejects.toThrow(/permission denied/)
    expect(await own.database.system.query(`select from ${table}`)).toEqual([])
  })

  test('protects every table that has a workspace', async () => {
    const bare = await own.database.system.query(
      `select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'workspace_id'
       where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace and not c.relrowsecurity`,
    )
    expect(bare).toEqual([])
  })

  test('keeps workspaces apart when many take turns on the same connections', async () => {
    const asked = Array.from({ length: 200 }, (_, turn) => (turn % 3 === 0 ? acme : other))
    const answers = await Promise.all(
      asked.map((workspaceId) => own.database.workspace(workspaceId).query<{ id: string }>('select id from workspace')),
    )
    expect(answers).toEqual(asked.map((id) => [{ id }]))
  })

  test('leaves engines unscoped after a workspace’s transaction', async () => {
    const scoped = await own.database.transaction(acme, (tx) =>
      tx.query('select current_user::text as role, app_workspace() as id'),
    )
    expect(scoped).toEqual([{ role: 'switchboard_app', id: acme }])
    const all = await Promise.all(
      Array.from({ length: 20 }, () =>
        own.database.system.query('select from workspace, (select app_workspace() as id) a where a.id is null'),
      ),
    )
    expect(all.map((rows) => rows.length)).toEqual(all.map(() => 2))
  })

  test('refuses a workspace id that is none, before it gets into SQL', () => {
    expect(() => own.database.workspace(`'; drop table member; --`)).toThrow(TypeError)
  })

  test('takes a text that holds what PostgreSQL cannot, wherever it stands', async () => {
    const values = ['a\0b', ['\0', 'c']]
    const sql = 'select $1::text as alone, $2::text[] as listed'
    const answer = [{ alone: 'a\ufffdb', listed: ['\ufffd', 'c'] }]
    expect(await own.database.system.query(sql, values)).toEqual(answer)
    expect(await own.database.workspace(acme).query(sql, values)).toEqual(answer)
    expect(await own.database.transaction(acme, (tx) => tx.query(sql, values))).toEqual(answer)
  })

  test('commits what resolves, and takes back what rejects', async () => {
    const add = 'insert into workspace (name) values ($1)'
    await own.database.transaction(null, (tx) => tx.query(add, ['committed']))
    const failing = own.database.transaction(null, async (tx) => {
      await tx.query(add, ['taken back'])
      throw new Error('changed our mind')
    })
    await expect(failing).rejects.toThrow('changed our mind')
    const names = await own.database.system.query(
      `select name from workspace where name in ('committed', 'taken back')`,
    )
    expect(names).toEqual([{ name: 'committed' }])
  })

  test('tells when a transaction was rolled back although its work went on', async () => {
    const swallowing = own.database.transaction(null, async (tx) => {
      await tx.query('select 1/0').catch(() => undefined)
    })
    await expect(swallowing).rejects.toThrow(/rolled back/)
  })

  test('refuses a statement after the end of its transaction', async () => {
    const leaked = await own.database.transaction(null, async (tx) => tx)
    await expect(leaked.query('select 1')).rejects.toThrow(/has ended/)
  })

  test('gives up a statement past its deadline, which readers have and engines have not', async () => {
    await expect(
      own.database.transaction(acme, async (tx) => {
        await tx.query('set local statement_timeout = 50')
        await tx.query('select pg_sleep(30)')
      }),
    ).rejects.toThrow(
      new QueryTimeoutError('the store took longer to answer than it may: ask for less, or try again later'),
    )
    const limits = await openLimits(own)
    expect(limits).toEqual({ reader: '10s', engine: '0' })
  })

  test('hears what is notified, and says so when it had to connect again', async () => {
    const inbox = new Inbox<string>()
    const channel = 'Some "channel"'
    await using _listening = await own.database.listen(channel, (payload) => inbox.put(payload))
    await own.database.system.query('select pg_notify($1, $2)', [channel, 'first'])
    expect(await inbox.next()).toBe('first')
    await cutOff(own, 'listener')
    expect(await inbox.next()).toBe('')
    await own.database.system.query('select pg_notify($1, $2)', [channel, 'second'])
    expect(await inbox.next()).toBe('second')
  })

  test('hears any number of channels, each by whoever asked for it, over one connection', async () => {
    const notify = (channel: string, payload: string) =>
      own.database.system.query('select pg_notify($1, $2)', [channel, payload])
    const listeners = () =>
      own.database.system.query(
        `select from pg_stat_activity where datname = current_database() and application_name like '%listener'`,
      )
    const [first, second, other] = [new Inbox<string>(), new Inbox<string>(), new Inbox<string>()]
    let heard = 0
    await using _first = await own.database.listen('one', (payload) => first.put(payload))
    const leaving = await own.database.listen('one', (payload) => second.put(`${(heard += 1)} ${payload}`))
    await using _other = await own.database.listen('other', (payload) => other.put(payload))
    for (const channel of ['one', 'other']) await notify(channel, `of ${channel}`)
    expect([await first.next(), await second.next(), await other.next()]).toEqual(['of one', '1 of one', 'of other'])
    // One that was closed just now may be seen for a moment.
    await expect.poll(listeners).toHaveLength(1)
    await cutOff(own, 'listener')
    expect([await first.next(), await second.next(), await other.next()]).toEqual(['', '2 ', ''])
    await leaving[Symbol.asyncDispose]()
    for (const channel of ['one', 'other']) await notify(channel, `later of ${channel}`)
    expect([await first.next(), await other.next()]).toEqual(['later of one', 'later of other'])
    expect(heard).toBe(2)
  })

  test('goes on after all its connections were cut', async () => {
    const cut = own.database.system.query('select pg_sleep(30)').then(
      () => null,
      (error: unknown) => error,
    )
    const mine = own.database.workspace(acme)
    await mine.query('select 1')
    await expect.poll(() => cutOff(own, '')).toBeGreaterThan(1)
    expect(await cut).toBeInstanceOf(DatabaseUnavailableError)
    // A connection is cut a little after that was asked for: until then it may still be taken for a good one.
    const ask = 'select id from workspace'
    await expect.poll(() => mine.query(ask).catch(faultOf)).toEqual([{ id: acme }])
    await expect
      .poll(() => own.database.transaction(acme, (tx) => tx.query(ask)).catch(faultOf))
      .toEqual([{ id: acme }])
    await expect.poll(() => own.database.isReachable()).toBe(true)
  })

  test('says that a database is not to be had, and does not throw it elsewhere', async () => {
    await using gone = await openDatabase({ url: withDatabase('postgres://nobody@127.0.0.1:1/x', 'x') })
    expect(await gone.isReachable()).toBe(false)
    await expect(gone.system.query('select 1')).rejects.toThrow(DatabaseUnavailableError)
    await expect(gone.workspace(acme).query('select 1')).rejects.toMatchObject({
      code: 'DATABASE_UNAVAILABLE',
      recovery: 'retry',
    })
    await expect(gone.transaction(null, (tx) => tx.query('select 1'))).rejects.toThrow(DatabaseUnavailableError)
    await expect(gone.listen('x', () => undefined)).rejects.toThrow(DatabaseUnavailableError)
  })
})

/** What is to pass while connections are cut; anything else is thrown. */
function faultOf(error: unknown): DatabaseUnavailableError {
  if (error instanceof DatabaseUnavailableError) return error
  throw error
}

/** Cuts the connections of a database whose application name ends so. Answers how many. */
async function cutOff({ url }: TestDatabase, ending: string): Promise<number> {
  return onServer(url, async (client) => {
    const { rowCount } = await client.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and pid <> pg_backend_pid() and application_name like '%' || $1`,
      [ending],
    )
    return rowCount ?? 0
  })
}

/** The deadlines of a fresh reader and a fresh engine. */
async function openLimits({ url }: TestDatabase): Promise<{ reader: string; engine: string }> {
  await using fresh = await openDatabase({ url })
  const ask = `select current_setting('statement_timeout') as limit`
  const [reader] = await fresh.workspace('00000000-0000-4000-8000-000000000000').query<{ limit: string }>(ask)
  const [engine] = await fresh.system.query<{ limit: string }>(ask)
  return { reader: reader?.limit ?? '', engine: engine?.limit ?? '' }
}
