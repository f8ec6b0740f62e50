import { setTimeout as wait } from 'node:timers/promises'
import { Client } from 'pg'
import { startEmbedded } from '../../store/embedded/launch.ts'
import { findPostmaster } from '../../store/embedded/postmaster.ts'

/** A PostgreSQL server of our own, that is killed now and then and started again by who looks after it. */
export interface Server extends AsyncDisposable {
  readonly url: string
  /** Kills it, all of it at once, and ends when it answers again. */
  kill(): Promise<void>
  /** Reads by a connection of its own. */
  query<Row>(sql: string, parameters?: readonly unknown[]): Promise<readonly Row[]>
}

/** Starts it under a folder. */
export async function openServer(home: string): Promise<Server> {
  const server = await startEmbedded({ home, log: () => undefined })
  const query = async <Row>(sql: string, parameters: readonly unknown[] = []): Promise<readonly Row[]> => {
    const client = new Client({ connectionString: server.url })
    client.on('error', () => undefined)
    await client.connect()
    try {
      return (await client.query(sql, [...parameters])).rows
    } finally {
      await client.end().catch(() => undefined)
    }
  }
  const [row] = await query<{ readonly data_directory: string }>('show data_directory')
  const data = row?.data_directory ?? ''
  return {
    url: server.url,
    query,
    async kill() {
      const running = findPostmaster(data)
      if (running === null) return
      process.kill(running.pid, 'SIGKILL')
      for (;;) {
        const answered = await query('select 1').then(
          () => true,
          () => false,
        )
        if (answered && findPostmaster(data)?.pid !== running.pid) return
        await wait(100)
      }
    },
    [Symbol.asyncDispose]: () => server.stop(),
  }
}
