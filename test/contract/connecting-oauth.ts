import { describe, expect, it } from 'vitest'
import type { OAuth2Method } from '../../kit/contract.ts'
import { AuthorizationDeniedError, CredentialError, ProviderError } from '../../kit/errors.ts'
import {
  authorizationUrl,
  createCodeVerifier,
  exchangeCode,
  type OAuthFlow,
  refreshCredential,
} from '../../kit/oauth.ts'
import type { Credential } from '../../store/account.ts'
import { describeDomains, fits, type Trying } from './connecting-fields.ts'
import type { ConsentWay } from './ways.ts'

/** Connecting by a person who allows it at the provider. */
export function describeConsent(method: OAuth2Method, { connector, index, current }: Trying): void {
  const codeVerifier = createCodeVerifier()
  const state = 'state-of-this-test'
  const consent = (): ConsentWay => {
    const way = current().world.ways[index]
    if (way?.kind !== 'oauth2') throw new Error('the driver has no way in for this method')
    return way
  }
  const flow = (): OAuthFlow => ({
    provider: connector.provider,
    method,
    settings: current().world.settings,
    app: consent().app,
  })
  const visit = async (answer: 'allow' | 'deny'): Promise<URLSearchParams> => {
    const url = await authorizationUrl(flow(), { state, codeVerifier })
    const back = await consent().decide(url, answer)
    expect(`${back.origin}${back.pathname}`).toBe(consent().app.redirectUri)
    return back.searchParams
  }
  const exchange = (returned: URLSearchParams, changed: Partial<OAuthFlow> = {}): Promise<Credential> =>
    exchangeCode({ ...flow(), ...changed }, returned, { state, codeVerifier }, current().access)
  const identify = (credential: Credential) => connector.identify(current().client(credential))

  describe('by OAuth', () => {
    it('gets a credential that works when the person allows it', async () => {
      const credential = await exchange(await visit('allow'))
      expect(await identify(credential)).toMatchObject(current().world.account)
      expect(credential.expiresAt === null).toBe(!method.refreshes)
      expect(method.fields.filter((field) => !fits(field, consent().values[field.name] ?? ''))).toEqual([])
    })

    it('hears that the person said no', async () => {
      await expect(exchange(await visit('deny'))).rejects.toBeInstanceOf(AuthorizationDeniedError)
    })

    it('is refused with a code that was used, or with the wrong secret', async () => {
      const returned = await visit('allow')
      await exchange(returned)
      expect(await exchange(returned).catch(codeOf)).toBe('PROVIDER_REJECTED')
      const app = { ...consent().app, clientSecret: 'not-the-secret' }
      expect(await exchange(await visit('allow'), { app }).catch(codeOf)).toBe('PROVIDER_REJECTED')
    })

    it.skipIf(connector.revoke === null)('ends its own credential', async () => {
      const credential = await exchange(await visit('allow'))
      await connector.revoke?.(current().client(credential))
      await expect(identify(credential)).rejects.toBeInstanceOf(CredentialError)
    })

    it.skipIf(!method.refreshes)('renews its credential, before it ends and after', async () => {
      const first = await exchange(await visit('allow'))
      const second = await refreshCredential(flow(), first, current().access)
      expect(await identify(second)).toMatchObject(current().world.account)
      expect(second.expiresAt).not.toBeNull()
      await current().pass((second.expiresAt?.getTime() ?? 0) - current().access.clock.now().getTime() + 1_000)
      await expect(identify(second)).rejects.toBeInstanceOf(CredentialError)
      const third = await refreshCredential(flow(), second, current().access)
      expect(await identify(third)).toMatchObject(current().world.account)
      if (!consent().rotates) return
      expect([third.accessToken, third.refreshToken]).not.toEqual([second.accessToken, second.refreshToken])
      await expect(identify(first)).rejects.toBeInstanceOf(CredentialError)
      await expect(refreshCredential(flow(), first, current().access)).rejects.toBeInstanceOf(CredentialError)
    })

    describeDomains(method.fields)
  })
}

const codeOf = (error: unknown): unknown => (error instanceof ProviderError ? error.code : error)
