import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Pool } from 'pg'
import { readBody } from '../../server/body.ts'
import { runChild } from './child.ts'

// Nothing that keeps a delivery can do less: no proof, no knowing again, no job.
await runChild(async (databaseUrl) => {
  const pool = new Pool({ connectionString: databaseUrl, max: 10 })
  await pool.query('create table floor (id uuid primary key default gen_random_uuid(), body bytea not null)')
  const server = createServer((request, response) => {
    void readBody(request, 1_000_000)
      .then((body) => pool.query('insert into floor (body) values ($1)', [body]))
      .then(
        () => response.end('ok\n'),
        () => response.writeHead(503).end(),
      )
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
