import { once } from 'node:events'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { BodyTooLargeError, readBody } from '../../server/body.ts'

const MAX_BYTES = 10
const server = createServer((incoming, response) => {
  readBody(incoming, MAX_BYTES).then(
    (body) => response.end(body),
    (error: unknown) => {
      response.statusCode = error instanceof BodyTooLargeError ? 413 : 500
      response.end(String(error))
    },
  )
})

beforeEach(async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
})

afterEach(async () => {
  server.closeAllConnections()
  server.close()
  await once(server, 'close')
})

const urlOf = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`

test.each(['', 'ten bytes!', 'é€😀'])('reads exactly the bytes that came: %j', async (body) => {
  const response = await fetch(urlOf(), { method: 'POST', body })
  expect(await response.text()).toBe(body)
})

test('refuses a body by its announced length, before it came', async () => {
  const sending = request(urlOf(), { method: 'POST', headers: { 'content-length': MAX_BYTES + 1 } })
  sending.flushHeaders()
  const [response] = await once(sending, 'response')
  expect(response.statusCode).toBe(413)
  sending.destroy()
})

test('refuses a body of unknown length as soon as too much of it came', async () => {
  const sending = request(urlOf(), { method: 'POST' })
  sending.write('x'.repeat(MAX_BYTES))
  sending.write('x')
  const [response] = await once(sending, 'response')
  expect(response.statusCode).toBe(413)
  sending.destroy()
})
