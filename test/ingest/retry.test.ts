import { expect, test } from 'vitest'
import { DELIVERY_RETRIES, describe, judge, reasonOf, retryDelayMs } from '../../ingest/retry.ts'
import {
  CredentialError,
  MalformedError,
  NotFoundError,
  OutcomeUnknownError,
  RateLimitedError,
  RejectedError,
  UnavailableError,
  UnsupportedError,
} from '../../kit/errors.ts'
import { IntegrationClosedError, IntegrationNotFoundError } from '../../store/errors.ts'

const NOW = new Date('2026-01-01T00:00:00Z')
const later = (ms: number): Date => new Date(NOW.getTime() + ms)

test.each([
  [new RateLimitedError('p', 'enough', NOW), 'retry'],
  [new UnavailableError('p', 'down', null), 'retry'],
  [new Error('the database, or a fault of ours'), 'retry'],
  [new CredentialError('p', 'revoked'), 'reconnect'],
  [new NotFoundError('p', 'gone'), 'ignore'],
  [new IntegrationNotFoundError('i'), 'ignore'],
  [new IntegrationClosedError('i'), 'ignore'],
  [new MalformedError('p', 'odd'), 'give up'],
  [new RejectedError('p', 'no', null, 'no'), 'give up'],
  [new UnsupportedError('p', 'never'), 'give up'],
  [new OutcomeUnknownError('p', 'perhaps'), 'give up'],
])('judges %s: %s', (error, verdict) => {
  expect(judge(error)).toBe(verdict)
})

test('waits longer after each failure, up to a bound, and never the same for all', () => {
  const policy = { tries: 9, firstDelayMs: 1_000, maxDelayMs: 60_000 }
  for (const [failures, expected] of [
    [0, 1_000],
    [1, 2_000],
    [5, 32_000],
    [6, 60_000],
    [5_000, 60_000],
  ] as const) {
    const delays = Array.from({ length: 50 }, () => retryDelayMs(policy, failures, new Error('x'), NOW))
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(expected)
    expect(Math.max(...delays)).toBeLessThanOrEqual(expected * 1.2)
    expect(new Set(delays).size).toBeGreaterThan(1)
  }
})

test('waits at least until the moment that the provider named', () => {
  const errors = [new RateLimitedError('p', 'enough', later(90_000)), new UnavailableError('p', 'down', later(90_000))]
  for (const error of errors) {
    expect(retryDelayMs(DELIVERY_RETRIES, 0, error, NOW)).toBeGreaterThanOrEqual(90_000)
  }
  expect(retryDelayMs(DELIVERY_RETRIES, 0, new RateLimitedError('p', 'enough', later(-5)), NOW)).toBeGreaterThan(0)
})

test('keeps of an error what is meant to be read, and logs a fault of our own whole', () => {
  expect(reasonOf(new MalformedError('p', 'odd'))).toBe('p: odd')
  expect(reasonOf(new TypeError('secret of a customer'))).toBe('internal error, see the log')
  expect(describe(new MalformedError('p', 'odd'))).toBe('MalformedError: p: odd')
  expect(describe(new TypeError('fault'))).toContain('retry.test.ts')
})
