import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { openDatabase } from '../../store/database.ts'
import { DatabaseRoleError } from '../../store/errors.ts'
import { migrate } from '../../store/migrate.ts'
import { MIGRATIONS } from '../../store/migrations/list.ts'
import { makeTestDatabase } from '../setup/database.ts'
import { onServer } from '../setup/server-url.ts'
import { testServers } from '../setup/servers.ts'

describe.each(testServers)('migrations on $name', (server) => {
  const inEmpty = async (work: (url: string) => Promise<void>): Promise<void> => {
    const { url, drop } = await makeTestDatabase(server, 'empty')
    try {
      await work(url)
    } finally {
      await drop()
    }
  }

  test('run once, however often and by however many they are run', () =>
    inEmpty(async (url) => {
      await using first = await openDatabase({ url })
      await using second = await openDatabase({ url })
      await Promise.all([migrate(first), migrate(second), migrate(first), migrate(second)])
      await migrate(first)
      const done = await first.system.query('select name from migration order by id')
      expect(done).toEqual(MIGRATIONS.map(({ name }) => ({ name })))
    }))

  test('run in several databases of one server at once', async () => {
    const made = await Promise.all(Array.from({ length: 4 }, () => makeTestDatabase(server, 'empty')))
    try {
      await Promise.all(
        made.map(async ({ url }) => {
          await using database = await openDatabase({ url })
          await migrate(database)
          expect(await database.system.query('select name from migration')).toHaveLength(MIGRATIONS.length)
        }),
      )
    } finally {
      await Promise.all(made.map(({ drop }) => drop()))
    }
  })

  test('run for an owner who is no superuser, and row-level security holds there', () =>
    inEmpty((url) =>
      withLogin(url, 'createrole', async (login) => {
        await using database = await openDatabase({ url: login })
        // An owner who may make roles: also of a role that an administrator made before, when granted it.
        await onServer(url, (client) => client.query(`grant switchboard_app to ${new URL(login).username}`))
        await migrate(database)
        const [acme] = await database.system.query<{ id: string }>(
          `insert into workspace (name) values ('Acme'), ('Other') returning id`,
        )
        expect(await database.workspace(acme?.id ?? '').query('select name from workspace')).toEqual([{ name: 'Acme' }])
        expect(await database.transaction(acme?.id ?? '', (tx) => tx.query('select name from workspace'))).toHaveLength(
          1,
        )
        expect(await database.system.query('select name from workspace')).toHaveLength(2)
      }),
    ))

  test('say what an administrator has to run when the login may not', () =>
    inEmpty((url) =>
      withLogin(url, 'nocreaterole', async (login) => {
        await using database = await openDatabase({ url: login })
        const { username } = new URL(login)
        const refused = migrate(database)
        await expect(refused).rejects.toThrow(DatabaseRoleError)
        await expect(refused).rejects.toThrow(
          `create role switchboard_app nologin; grant switchboard_app to ${username};`,
        )
        expect(
          await onServer(url, async (client) => (await client.query(`select to_regclass('workspace') as made`)).rows),
        ).toEqual([{ made: null }])
      }),
    ))
})

/** Makes a login that owns the database, for a while. */
async function withLogin(
  url: string,
  right: 'createrole' | 'nocreaterole',
  work: (login: string) => Promise<void>,
): Promise<void> {
  const name = `test_${randomUUID().replaceAll('-', '')}`
  const { pathname } = new URL(url)
  const login = new URL(url)
  login.username = name
  login.password = 'secret'
  await onServer(url, async (client) => {
    await client.query(`create role ${name} login password 'secret' ${right}`)
    await client.query(`alter database ${pathname.slice(1)} owner to ${name}`)
  })
  try {
    await work(login.toString())
  } finally {
    await onServer(url, async (client) => {
      await client.query(`reassign owned by ${name} to current_user`)
      await client.query(`drop owned by ${name}`)
      await client.query(`drop role ${name}`)
    })
  }
}
