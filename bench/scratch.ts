import { randomUUID } from 'node:crypto'
import { Client } from 'pg'

/** Of `parseArgs`: the PostgreSQL server on which databases are made, unless another is named. */
export const SERVER_OPTION = { type: 'string', default: 'postgres://postgres@127.0.0.1:5432/postgres' } as const

/** A database of one benchmark's own. Disposing drops it, with whoever is still connected. */
export interface Scratch extends AsyncDisposable {
  readonly url: string
}

/** Makes an empty database on a server. */
export async function makeScratch(server: string): Promise<Scratch> {
  const name = `switchboard_bench_${randomUUID().replaceAll('-', '')}`
  const run = async (statement: string): Promise<void> => {
    const client = new Client({ connectionString: server })
    await client.connect()
    try {
      await client.query(statement)
    } finally {
      await client.end()
    }
  }
  await run(`create database ${name}`)
  const url = new URL(server)
  url.pathname = `/${name}`
  return {
    url: url.href,
    [Symbol.asyncDispose]: () => run(`drop database if exists ${name} with (force)`),
  }
}
