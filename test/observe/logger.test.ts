import { GraphQLError, parse } from 'graphql'
import { describe, expect, it } from 'vitest'
import { createLogger } from '../../observe/logger.ts'
import { inRequest, readRequestId } from '../../observe/request-scope.ts'

function capture() {
  const lines: string[] = []
  return { lines, logger: createLogger('trace', { write: (line) => void lines.push(line) }) }
}

function logError(err: unknown): Record<string, unknown> {
  const { lines, logger } = capture()
  logger.error({ err }, 'operation failed')
  const { err: told } = JSON.parse(lines[0] ?? '') as { err: Record<string, unknown> }
  return told
}

function failureOf(work: () => unknown): unknown {
  try {
    work()
  } catch (error) {
    return error
  }
  throw new Error('expected it to fail')
}

describe('the log', () => {
  it('tells of an error its class, message, code, stack and causes', () => {
    const cause = Object.assign(new TypeError('no route'), { code: 'EHOSTUNREACH' })
    expect(logError(new Error('cannot connect', { cause }))).toEqual({
      type: 'Error',
      message: 'cannot connect',
      stack: expect.stringContaining('logger.test.ts'),
      cause: { type: 'TypeError', message: 'no route', code: 'EHOSTUNREACH', stack: expect.any(String) },
    })
  })

  it('tells nothing else that hangs on an error', () => {
    const ofDatabase = Object.assign(new Error('duplicate key'), {
      code: '23505',
      detail: 'Key (email)=(ann@acme.test)',
    })
    const ofClient = Object.assign(new Error('refused'), { headers: { authorization: 'Bearer abc' }, body: 'Dear Ann' })
    const ofGraph = new GraphQLError('bad', { nodes: parse('{ a(text: "Dear Ann") }').definitions[0] ?? null })
    for (const error of [ofDatabase, ofClient, ofGraph]) {
      expect(JSON.stringify(logError(error))).not.toMatch(/ann@acme|Dear Ann|abc/)
    }
    expect(logError(ofDatabase)).toMatchObject({ code: '23505' })
  })

  it('writes no token, no password and no quotation that stands in a message or a stack', () => {
    const spoken = [
      new Error('refused swb_0123456789abcdefghij here'),
      new Error('sent Authorization: Bearer eyJhbGciOi.secret.x'),
      new Error('postgres://root:hunter2@db:5432/x failed'),
      failureOf(() => JSON.parse('{"text": Dear Ann, your card')),
      failureOf(() => JSON.parse('Dear Ann')),
      failureOf(() => JSON.parse('{} Dear Ann')),
      failureOf(() => JSON.parse(`${' '.repeat(30)}Dear Ann${' '.repeat(30)}`)),
    ]
    for (const error of [...spoken, ...spoken.map((cause) => new Error('around', { cause }))]) {
      expect(JSON.stringify(logError(error))).not.toMatch(/0123456789|eyJ|hunter2|Dear|Ann/)
    }
  })

  it('survives an error that is its own cause, and what is thrown and is no error', () => {
    const error = new Error('round and round')
    error.cause = error
    expect(logError(error)).toMatchObject({ message: 'round and round' })
    expect(logError('Dear Ann')).toEqual({ type: 'string', message: 'something that is no error was thrown' })
  })

  it('leaves out fields that are named for a secret', () => {
    const { lines, logger } = capture()
    logger.info({ token: 'abc', call: { authorization: 'abc', variables: { text: 'abc' }, status: 200 } })
    expect(lines[0]).not.toContain('abc')
    expect(lines[0]).toContain('"status":200')
  })

  it('says to which request a line belongs, as long as it lasts', async () => {
    const { lines, logger } = capture()
    await inRequest('r-1', async () => {
      await Promise.resolve()
      logger.info('inside')
    })
    logger.info('outside')
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { msg: 'inside', requestId: 'r-1' },
      { msg: 'outside' },
    ])
    expect(lines[1]).not.toContain('requestId')
  })
})

it.each([
  ['3f2a-77', '3f2a-77'],
  ['Root=1-67891233-abcdef', 'Root=1-67891233-abcdef'],
  ['', null],
  ['x'.repeat(64), 'x'.repeat(64)],
  ['x'.repeat(65), null],
  ['two words', null],
  ['"quoted"', null],
  ['a\nb', null],
  [['a', 'b'], null],
  [undefined, null],
])('takes %j for the id of a request: %j', (given, expected) => expect(readRequestId(given)).toBe(expected))
