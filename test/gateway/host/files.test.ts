import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { serve, type Served } from '../served.ts'
import { createSmall } from './small.ts'

let folder: string
let served: Served
let origin: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'graphiql-'))
  await mkdir(join(folder, 'site', 'assets'), { recursive: true })
  await writeFile(join(folder, 'secret.txt'), 'secret')
  await writeFile(join(folder, 'site', 'index.html'), '<!doctype html><title>GraphiQL</title>')
  await writeFile(join(folder, 'site', 'assets', 'main-a1B2c3D4.js'), 'export {}')
  served = await serve([createSmall().subgraph], { graphiqlDir: join(folder, 'site') })
  origin = new URL(served.url).origin
})
afterAll(async () => {
  await served[Symbol.asyncDispose]()
  await rm(folder, { recursive: true })
})

describe('GraphiQL', () => {
  it.each(['/graphiql', '/graphiql/'])('is served at %s, and may talk to nobody else', async (path) => {
    const response = await fetch(origin + path)
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(response.headers.get('cache-control')).toBe('no-cache')
    const { host } = new URL(origin)
    expect(response.headers.get('content-security-policy')).toBe(
      `default-src 'self'; connect-src 'self' ws://${host} wss://${host}; style-src 'self' 'unsafe-inline'; ` +
        "img-src 'self' data:; font-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    )
    expect(await response.text()).toContain('GraphiQL')
  })

  it('is cached for ever where the name holds a hash', async () => {
    const response = await fetch(`${origin}/graphiql/assets/main-a1B2c3D4.js`)
    expect(response.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
    expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
  })

  it('is not sent again to who has it', async () => {
    const etag = (await fetch(`${origin}/graphiql`)).headers.get('etag') ?? ''
    const again = await fetch(`${origin}/graphiql`, { headers: { 'if-none-match': etag } })
    expect(again.status).toBe(304)
    expect(await again.text()).toBe('')
  })

  it.each(['/graphiql/none.js', '/graphiql/%2e%2e/secret.txt', '/graphiql/..%2fsecret.txt', '/graphiql/assets'])(
    'has nothing at %s',
    async (path) => {
      expect((await fetch(origin + path)).status).toBe(404)
    },
  )

  it('is not served when there is none', async () => {
    await using bare = await serve([createSmall().subgraph])
    expect((await fetch(new URL('/graphiql', bare.url))).status).toBe(404)
  })
})
