import { GraphQLError } from 'graphql'
import { describe, expect, it } from 'vitest'
import { ERROR_CODES, presentError } from '../../gateway/errors.ts'

function present(extensions: Record<string, unknown>) {
  const reported: unknown[] = []
  const error = new GraphQLError('password is hunter2', { path: ['a', 0], extensions })
  const { message, ...rest } = presentError(error, { requestId: 'r1', report: (each) => reported.push(each) }).toJSON()
  return { message, ...rest, reported }
}

const MASKED = 'Internal server error'

describe('an error that is shown', () => {
  it.each(['FORBIDDEN', 'BAD_USER_INPUT', 'NOT_FOUND', 'PROVIDER_UNAVAILABLE', 'RATE_LIMITED', 'TIMEOUT'])(
    'keeps its message, path and extensions when a subgraph says %s',
    (code) => {
      expect(present({ code, retryAt: 'soon', serviceName: 'desk' })).toEqual({
        message: 'password is hunter2',
        path: ['a', 0],
        extensions: { code, retryAt: 'soon', serviceName: 'desk' },
        reported: [],
      })
    },
  )

  it.each([undefined, 'INTERNAL_SERVER_ERROR', 'ER_ACCESS_DENIED', 'toString', 7])(
    'is masked with the code %s',
    (code) => {
      const { message, path, extensions, reported } = present({ code, sql: 'select 1', serviceName: 'desk' })
      expect(message).toBe(MASKED)
      expect(path).toEqual(['a', 0])
      expect(extensions).toEqual({ code: 'INTERNAL_SERVER_ERROR', requestId: 'r1', serviceName: 'desk' })
      expect(reported).toMatchObject([{ message: 'password is hunter2' }])
    },
  )

  it.each(['GRAPHQL_VALIDATION_FAILED', 'GRAPHQL_PARSE_FAILED', 'BAD_REQUEST', 'OPERATION_TOO_COMPLEX'])(
    'is masked when a subgraph says %s of what the gateway wrote, and shown when the gateway does',
    (code) => {
      expect(present({ code, serviceName: 'desk' }).message).toBe(MASKED)
      expect(present({ code }).message).toBe('password is hunter2')
    },
  )

  it('never carries a stack trace, nor what would change the HTTP answer', () => {
    const { extensions } = present({ code: 'NOT_FOUND', stacktrace: ['at secret.ts'], http: { status: 200 } })
    expect(extensions).toEqual({ code: 'NOT_FOUND' })
  })

  it('is reported all the same when there was no plan, since that is ours to mend', () => {
    expect(present({ code: 'OPERATION_NOT_PLANNED' }).reported).toHaveLength(1)
  })

  it('has a code that is explained', () => {
    for (const meaning of Object.values(ERROR_CODES)) expect(meaning).toMatch(/^[A-Z].+\.$/)
  })
})
