import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { MalformedError } from '../../kit/errors.ts'
import { readWire } from '../../kit/read-wire.ts'

const Ticket = z.object({
  id: z.string(),
  updated_at: z.int(),
  state: z.enum(['open', 'closed']),
  tags: z.array(z.object({ name: z.string() })),
})
const good = { type: 'ticket', id: '42', updated_at: 1, state: 'open', tags: [] }

const read = (value: unknown): string => {
  try {
    return JSON.stringify(readWire(Ticket, value, { provider: 'acme', stream: 'tickets' }))
  } catch (error) {
    expect(error).toBeInstanceOf(MalformedError)
    return error instanceof Error ? error.message : ''
  }
}

describe('readWire', () => {
  it('answers the record as the wire type', () => {
    expect(read(good)).toBe('{"id":"42","updated_at":1,"state":"open","tags":[]}')
  })

  it('names no record at greater length than helps', () => {
    const long = { ...good, id: 'x'.repeat(5_000), updated_at: null }
    expect(read(long).length).toBeLessThan(200)
  })

  it.each<[string, unknown, string]>([
    ['null', { ...good, updated_at: null }, 'expected "updated_at" to be a number, but got null (ticket 42)'],
    ['a missing field', { ...good, tags: undefined }, 'expected "tags" to be an array, but got nothing (ticket 42)'],
    [
      'a field inside',
      { ...good, tags: [{ name: 7 }] },
      'expected "tags.0.name" to be a string, but got a number (ticket 42)',
    ],
    [
      'a word of no known set',
      { ...good, state: 'secret' },
      'expected "state" to be one of open, closed, but got a string (ticket 42)',
    ],
    ['a record without id', { ...good, id: null }, 'expected "id" to be a string, but got null'],
    ['no record', 'Ana', 'expected the record to be an object, but got a string'],
  ])('names provider, stream, field and record for %s', (_, value, message) => {
    expect(read(value)).toBe(`acme: tickets: ${message}`)
  })
})
