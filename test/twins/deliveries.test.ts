import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Deliveries } from '../../twins/deliveries.ts'

describe('deliveries', () => {
  let bodies: string[]
  let status: number
  let deliveries: Deliveries
  let stop: () => Promise<void>
  let running: number
  let mostRunning: number

  const start = async (concurrency: number): Promise<void> => {
    bodies = []
    status = 200
    running = 0
    mostRunning = 0
    const server = createServer((request, response) => {
      running += 1
      mostRunning = Math.max(mostRunning, running)
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        bodies.push(Buffer.concat(chunks).toString('utf8'))
        running -= 1
        response.writeHead(status).end()
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    deliveries = new Deliveries({
      concurrency,
      timeoutMs: 5_000,
      retries: 1,
      retryAfterMs: 3_600_000,
      throttleMs: 3_600_000,
      now: () => new Date(0),
    })
    deliveries.setTarget(`http://127.0.0.1:${port}/`)
    stop = async () => {
      await deliveries.close()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    }
  }
  const send = (...topics: string[]): void => {
    for (const topic of topics) {
      deliveries.send({ topic, compose: (attempt) => ({ body: `${topic} ${attempt}`, headers: {} }) })
    }
  }
  beforeEach(() => start(1))
  afterEach(() => stop())

  it('are sent one after the other when only one may run', async () => {
    send('a', 'b', 'c')
    await deliveries.settle()
    expect([bodies, mostRunning]).toEqual([['a 1', 'b 1', 'c 1'], 1])
  })

  it('are held until all that are to be turned around are there', async () => {
    deliveries.setFaults({ reorderNext: 3 })
    send('a', 'b')
    expect(deliveries.attempts()).toEqual([])
    send('c', 'd')
    await deliveries.settle()
    expect(bodies).toEqual(['c 1', 'b 1', 'a 1', 'd 1'])
  })

  it('send what is held when asked to settle', async () => {
    deliveries.setFaults({ reorderNext: 5 })
    send('a', 'b')
    await deliveries.settle()
    expect(bodies).toEqual(['b 1', 'a 1'])
  })

  it('wait after a 429 and go on when asked to settle', async () => {
    status = 429
    send('a')
    await deliveries.settle()
    expect(bodies).toEqual(['a 1', 'a 2'])
    status = 200
    send('b')
    await deliveries.settle()
    expect(bodies).toEqual(['a 1', 'a 2', 'b 1'])
  })

  it('count a receiver that is not there as a failed attempt', async () => {
    deliveries.setTarget('http://127.0.0.1:1/')
    send('a')
    await deliveries.settle()
    expect(deliveries.attempts().map(({ attempt, status: answered, outcome }) => [attempt, answered, outcome])).toEqual(
      [
        [1, null, 'failed'],
        [2, null, 'failed'],
      ],
    )
  })

  it('are lost while there is nowhere to send them', async () => {
    deliveries.setTarget(null)
    send('a')
    await deliveries.settle()
    expect(bodies).toEqual([])
  })

  it('never run more at a time than allowed', async () => {
    await stop()
    await start(3)
    send(...Array.from({ length: 30 }, (_, index) => `t${index}`))
    await deliveries.settle()
    expect(bodies).toHaveLength(30)
    expect(mostRunning).toBeLessThanOrEqual(3)
  })
})
