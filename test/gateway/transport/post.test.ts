import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { Pool } from 'undici'
import { afterEach, describe, expect, it } from 'vitest'
import { createPost, type Post } from '../../../gateway/transport/post.ts'
import { deferred } from '../deferred.ts'

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close()
})

/** A way to a server that answers like that, over one connection at most. */
async function reach(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<Post> {
  const server = createServer(answer).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('expected a port')
  const pool = new Pool(`http://127.0.0.1:${address.port}`, { connections: 1, maxResponseSize: 100 })
  closing.push(async () => {
    await pool.destroy()
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  })
  return createPost(pool, '/graphql?from=gateway')
}

const patient = () => new AbortController().signal

describe('posting', () => {
  it('sends the body and the headers as JSON, and answers with whatever status came', async () => {
    const post = await reach((request, response) => {
      void text(request).then((body) => {
        const { method, url, headers } = request
        const { accept, 'x-team': team, 'content-type': type, 'content-length': length } = headers
        response.writeHead(418).end(JSON.stringify([method, url, type, accept, team, length, body]))
      })
    })
    const { status, text: answer } = await post('{"é":1}', { 'x-team': 'red' }, patient())
    expect(status).toBe(418)
    const json = 'application/json'
    expect(JSON.parse(answer)).toEqual(['POST', '/graphql?from=gateway', json, json, 'red', '8', '{"é":1}'])
  })

  it('puts a character together whose bytes come apart, and takes a byte order mark for none', async () => {
    const half = deferred<ServerResponse>()
    const post = await reach((_request, response) => {
      response.write(Buffer.from([0xef, 0xbb, 0xbf, 0x22, 0xc3]), () => half.resolve(response))
    })
    const answer = post('{}', {}, patient())
    const response = await half.promise
    response.end(Buffer.from([0xa9, 0x22]))
    expect(await answer).toEqual({ status: 200, text: '"é"' })
  })

  it('passes over what a server says before its answer', async () => {
    const post = await reach((_request, response) => {
      response.writeEarlyHints({ link: '</style.css>; rel=preload' })
      response.writeHead(201).end('done')
    })
    expect(await post('{}', {}, patient())).toEqual({ status: 201, text: 'done' })
  })

  it('gives up an answer that is larger than it may be', async () => {
    const post = await reach((_request, response) => void response.end('x'.repeat(101)))
    await expect(post('{}', {}, patient())).rejects.toThrow(/max/i)
  })

  it('rejects when the connection breaks half-way, and is there for the next', async () => {
    let asked = 0
    const post = await reach((_request, response) => {
      if (++asked > 1) return void response.end('whole')
      response.write('half', () => response.destroy())
    })
    await expect(post('{}', {}, patient())).rejects.toThrow('other side closed')
    expect(await post('{}', {}, patient())).toEqual({ status: 200, text: 'whole' })
  })

  it('ends the exchange when the signal aborts under way', async () => {
    const [came, gone] = [deferred<void>(), deferred<void>()]
    const post = await reach((_request, response) => {
      response.once('close', () => gone.resolve())
      response.write('half', () => came.resolve())
    })
    const stop = new AbortController()
    const answer = post('{}', {}, stop.signal)
    await came.promise
    stop.abort(new Error('the client is gone'))
    await expect(answer).rejects.toThrow('the client is gone')
    await gone.promise
  })

  it('does not send what was aborted while it waited for a connection', async () => {
    const bodies: string[] = []
    const first = deferred<ServerResponse>()
    const post = await reach((request, response) => {
      void text(request).then((body) => {
        bodies.push(body)
        if (bodies.length === 1) first.resolve(response)
        else response.end(body)
      })
    })
    const answers = [post('1', {}, patient())]
    const held = await first.promise
    const stop = new AbortController()
    const aborted = post('2', {}, stop.signal)
    stop.abort('gone')
    await expect(aborted).rejects.toThrow('aborted')
    held.end('1')
    answers.push(post('3', {}, patient()))
    expect(await Promise.all(answers)).toEqual([
      { status: 200, text: '1' },
      { status: 200, text: '3' },
    ])
    expect(bodies).toEqual(['1', '3'])
  })

  it('rejects at once, and sends nothing, for a signal that has aborted', async () => {
    let asked = 0
    const post = await reach((_request, response) => {
      asked++
      response.end('{}')
    })
    await expect(post('1', {}, AbortSignal.abort(new Error('too late')))).rejects.toThrow('too late')
    expect(await post('2', {}, patient())).toEqual({ status: 200, text: '{}' })
    expect(asked).toBe(1)
  })
})
