import { randomUUID } from 'node:crypto'
import { type Database, openDatabase } from '../../store/database.ts'
import { onServer, withDatabase } from './server-url.ts'
import { type TestServer, testServers } from './servers.ts'

/** A database of one test file's own. Disposing drops it, with whoever is still connected. */
export interface TestDatabase extends AsyncDisposable {
  readonly url: string
  readonly database: Database
}

/** Makes a fresh, migrated database: on the embedded server, unless another of `testServers` is named. */
export async function openTestDatabase(server: TestServer | undefined = testServers[0]): Promise<TestDatabase> {
  const { url, drop } = await makeTestDatabase(server, 'migrated')
  const database = await openDatabase({ url, applicationName: 'switchboard test' })
  return {
    url,
    database,
    async [Symbol.asyncDispose]() {
      await database[Symbol.asyncDispose]()
      await drop()
    },
  }
}

/** Makes a database and opens nothing: for tests of migrations, of roles, and of processes. */
export async function makeTestDatabase(
  server: TestServer | undefined,
  state: 'empty' | 'migrated',
): Promise<{ url: string; drop: () => Promise<void> }> {
  if (server === undefined) throw new Error('no test server: is test/setup/global.ts the globalSetup?')
  const name = `switchboard_test_${randomUUID().replaceAll('-', '')}`
  const template = state === 'migrated' ? ` template ${server.template} ${server.strategy}` : ''
  await onServer(server.url, (client) => client.query(`create database ${name}${template}`))
  return {
    url: withDatabase(server.url, name),
    drop: () =>
      onServer(server.url, async (client) => {
        await client.query(`drop database if exists ${name} with (force)`)
      }),
  }
}
