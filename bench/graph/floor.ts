import { finished } from 'node:stream/promises'
import { Readable } from 'node:stream'
import { Client } from 'pg'
import { from as copyFrom, to as copyTo } from 'pg-copy-streams'
import type { Database } from '../../store/database.ts'

/** Rows a second that `store.apply` and a plain COPY of the same rows make, taken in turns. */
export interface Floor {
  readonly applied: number
  readonly copied: number
}

/** Messages that were stored, and how long that took. */
export interface Slice {
  readonly ids: readonly string[]
  readonly seconds: number
}

/**
 * Copies each slice of messages, once it is stored, into a table of the same columns that has no index, no key and no
 * trigger: nothing can store rows faster.
 */
export async function compareWithCopy(
  database: Database,
  work: (copy: (slice: Slice) => Promise<void>) => Promise<void>,
): Promise<Floor> {
  await database.system.query('create table copied_message (like message)')
  const client = new Client({ connectionString: database.url })
  await client.connect()
  const applied = { rows: 0, seconds: 0 }
  const copied = { rows: 0, seconds: 0 }
  try {
    await work(async ({ ids, seconds }) => {
      applied.rows += ids.length
      applied.seconds += seconds
      const chunks = await readOut(client, ids)
      const begun = performance.now()
      const sink = client.query(copyFrom('copy copied_message from stdin'))
      Readable.from(chunks).pipe(sink)
      await finished(sink)
      copied.seconds += (performance.now() - begun) / 1_000
      copied.rows += sink.rowCount
    })
  } finally {
    await client.end()
    await database.system.query('drop table copied_message')
  }
  if (copied.rows !== applied.rows) throw new Error(`expected ${applied.rows} rows to be copied, not ${copied.rows}`)
  return { applied: applied.rows / applied.seconds, copied: copied.rows / copied.seconds }
}

async function readOut(client: Client, ids: readonly string[]): Promise<readonly Buffer[]> {
  const source = client.query(
    copyTo(`copy (select * from message where id = any ('{${ids.join(',')}}'::uuid[])) to stdout`),
  )
  const chunks: Buffer[] = []
  for await (const chunk of source) chunks.push(Buffer.from(chunk))
  return chunks
}
