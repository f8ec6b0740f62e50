import { connect } from 'node:net'
import { randomUUID } from 'node:crypto'
import { Client } from 'pg'
import type { TestProject } from 'vitest/node'
import { openDatabase } from '../../store/database.ts'
import { migrate } from '../../store/migrate.ts'
import { onServer, withDatabase } from './server-url.ts'
import type { TestServer } from './servers.ts'
import { startTestServer } from './test-server.ts'

const MACHINE_URL = process.env['TEST_DATABASE_URL'] ?? 'postgres://postgres@127.0.0.1:5432/postgres'

const NATS_URL = process.env['TEST_NATS_URL'] ?? 'nats://127.0.0.1:4222'

/** Starts one embedded server for the whole run, finds the machine's own, and makes a migrated template on each. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const embedded = await startTestServer()
  const found: Omit<TestServer, 'template'>[] = [
    { name: 'embedded PostgreSQL', url: embedded.url, strategy: 'strategy file_copy' },
  ]
  if (await answers(MACHINE_URL)) found.push({ name: "the machine's PostgreSQL", url: MACHINE_URL, strategy: '' })
  else if (process.env['REQUIRE_SERVICES'] === '1') throw new Error(`no PostgreSQL answers at ${MACHINE_URL}`)
  else console.warn(`SKIPPED: no PostgreSQL answers at ${MACHINE_URL}, so tests run on the embedded one only`)

  const servers: TestServer[] = []
  for (const server of found) servers.push({ ...server, template: await makeTemplate(server.url) })
  project.provide('testServers', servers)
  const hasNats = await accepts(new URL(NATS_URL))
  if (!hasNats && process.env['REQUIRE_SERVICES'] === '1') throw new Error(`no NATS answers at ${NATS_URL}`)
  if (!hasNats) console.warn(`SKIPPED: no NATS answers at ${NATS_URL}, so nothing is tested over it`)
  project.provide('natsUrl', hasNats ? NATS_URL : null)
  return async () => {
    for (const { url, template } of servers) {
      await onServer(url, (client) => client.query(`drop database if exists ${template} with (force)`))
    }
    await embedded.stop()
  }
}

async function makeTemplate(url: string): Promise<string> {
  const template = `switchboard_template_${randomUUID().replaceAll('-', '')}`
  await onServer(url, (client) => client.query(`create database ${template}`))
  await using database = await openDatabase({ url: withDatabase(url, template) })
  await migrate(database)
  return template
}

/** Whether somebody takes connections there, within two seconds. */
function accepts({ hostname, port }: URL): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port), timeout: 2_000 })
    const end = (accepted: boolean) => () => {
      socket.destroy()
      resolve(accepted)
    }
    socket.on('connect', end(true)).on('error', end(false)).on('timeout', end(false))
  })
}

async function answers(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 2_000 })
  client.on('error', () => undefined)
  try {
    await client.connect()
    return true
  } catch {
    // Nobody there: the caller says so.
    return false
  } finally {
    await client.end().catch(() => undefined)
  }
}
