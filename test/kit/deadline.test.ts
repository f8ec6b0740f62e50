import { expect, it } from 'vitest'
import type { AccountClient } from '../../kit/account-client.ts'
import { within } from '../../kit/deadline.ts'
import { NotFoundError, UnavailableError } from '../../kit/errors.ts'

const settings = { baseUrl: null, region: null, domain: null, actorRemoteId: null }
const clientOf = (request: AccountClient['request']): AccountClient => ({
  provider: 'acme',
  accountId: null,
  settings,
  request,
})
const answer = { status: 200, headers: new Headers(), body: null, receivedAt: new Date(0) }
/** Answers when it is told to end, and no sooner. */
const silent = clientOf(
  ({ signal }) =>
    new Promise((_, reject) => signal?.addEventListener('abort', () => reject(new Error('aborted')), { once: true })),
)
const ask = (client: AccountClient) => client.request({ method: 'GET', path: '/' })

it('ends what takes too long, and says so', async () => {
  const late = within(silent, 1, ask)
  await expect(late).rejects.toThrow(UnavailableError)
  await expect(late).rejects.toThrow('acme: did not answer within 0.001 s')
})

it('passes on what is answered, refused, or ended by whoever asked', async () => {
  expect(
    await within(
      clientOf(() => Promise.resolve(answer)),
      60_000,
      ask,
    ),
  ).toBe(answer)
  const refusing = clientOf(() => Promise.reject(new NotFoundError('acme', 'not there')))
  await expect(within(refusing, 60_000, ask)).rejects.toThrow(NotFoundError)
  const signal = AbortSignal.abort()
  const ended = within(
    clientOf((call) => (call.signal?.aborted ? Promise.reject(new Error('ended')) : Promise.resolve(answer))),
    60_000,
    (client) => client.request({ method: 'GET', path: '/', signal }),
  )
  await expect(ended).rejects.toThrow('ended')
})
