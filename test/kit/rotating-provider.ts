import { createServer } from 'node:http'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import type { Clock } from '../../kit/clock.ts'

/** A provider whose tokens end, and whose refresh ends both old ones. */
export interface RotatingProvider extends AsyncDisposable {
  readonly url: string
  /** The pair that is good now. */
  readonly pair: { readonly accessToken: string; readonly refreshToken: string }
  /** Requests to the token endpoint, and what became of the others, in order. */
  readonly refreshes: number
  readonly served: readonly number[]
  /** Ends the access token before its time; the refresh token goes on. */
  endAccess(): void
  /** Takes the grant back: both tokens end. */
  revoke(): void
  /** How the token endpoint answers from now on. */
  tokens: 'well' | 'not at all' | 'with 503'
  /** Lets requests to the token endpoint wait until the promise is over. */
  hold: Promise<void>
  /** Lets its answers wait so, when the tokens have changed already. */
  holdAnswers: Promise<void>
}

/** Starts it on a real socket. Tokens live for `lifeMs` of its clock. */
export async function startRotatingProvider(clock: Clock, lifeMs: number): Promise<RotatingProvider> {
  let generation = 0
  let endsAt = clock.now().getTime() + lifeMs
  let isRevoked = false
  const counts = { refreshes: 0 }
  const served: number[] = []
  const pair = () => ({ accessToken: `access-${generation}`, refreshToken: `refresh-${generation}` })

  const grant = (refreshToken: string | null): [number, unknown] => {
    if (isRevoked || refreshToken !== pair().refreshToken) {
      return [400, { error: 'invalid_grant', error_description: 'The refresh token is over.' }]
    }
    generation += 1
    endsAt = clock.now().getTime() + lifeMs
    const { accessToken: access_token, refreshToken: refresh_token } = pair()
    return [200, { access_token, refresh_token, token_type: 'bearer', expires_in: lifeMs / 1000 }]
  }

  const server = createServer((request, response) => {
    const answer = (status: number, body: unknown): void => {
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(JSON.stringify(body))
    }
    void text(request).then(async (body) => {
      if (request.url !== '/token') {
        const isGood =
          !isRevoked &&
          clock.now().getTime() < endsAt &&
          request.headers.authorization === `Bearer ${pair().accessToken}`
        served.push(isGood ? 200 : 401)
        return answer(isGood ? 200 : 401, {})
      }
      counts.refreshes += 1
      await provider.hold
      if (provider.tokens === 'not at all') return request.socket.destroy()
      if (provider.tokens === 'with 503') return answer(503, {})
      const granted = grant(new URLSearchParams(body).get('refresh_token'))
      await provider.holdAnswers
      answer(...granted)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('expected a TCP address')

  const provider: RotatingProvider = {
    url: `http://127.0.0.1:${address.port}`,
    get pair() {
      return pair()
    },
    get refreshes() {
      return counts.refreshes
    },
    served,
    endAccess() {
      endsAt = 0
    },
    revoke() {
      isRevoked = true
    },
    tokens: 'well',
    hold: Promise.resolve(),
    holdAnswers: Promise.resolve(),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
  return provider
}
