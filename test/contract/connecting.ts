import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Connector } from '../../kit/contract.ts'
import type { Credential } from '../../store/account.ts'
import { AuthorizationDeniedError, CredentialError, ProviderError } from '../../kit/errors.ts'
import { authorizationUrl, createCodeVerifier, exchangeCode, type OAuthFlow } from '../../kit/oauth.ts'
import type { Driver } from './driver.ts'
import { openStage, type Stage } from './stage.ts'

/** Connecting an account, finding out whose it is, and losing it again. */
export function describeConnecting(connector: Connector, driver: Driver): void {
  describe('connecting', () => {
    let stage: Stage
    beforeEach(async () => {
      stage = await openStage(connector, driver, 'strict')
    })
    afterEach(() => stage[Symbol.asyncDispose]())

    it('finds out whose credential it is', async () => {
      expect(await connector.identify(stage.client())).toMatchObject(stage.world.account)
    })

    it('takes a wrong credential for refused, and asks once', async () => {
      const { credential } = stage.world
      const fields = Object.fromEntries(Object.keys(credential.fields).map((name) => [name, 'wrong-value']))
      const wrong: Credential = { ...credential, accessToken: credential.accessToken && 'wrong-token', fields }
      const refused = await connector.identify(stage.client(wrong)).catch((error: unknown) => error)
      expect(refused).toBeInstanceOf(CredentialError)
      expect(String(refused)).not.toContain('wrong-')
      expect(await stage.world.requests()).toHaveLength(1)
    })

    it('takes a credential that the provider took back for refused, and asks once', async () => {
      const client = stage.client()
      await connector.identify(client)
      await stage.world.revoke()
      await stage.world.forgetRequests()
      await expect(connector.identify(client)).rejects.toBeInstanceOf(CredentialError)
      expect(await stage.world.requests()).toHaveLength(1)
    })

    it.skipIf(connector.revoke === null)('ends its own credential', async () => {
      const client = stage.client()
      await connector.revoke?.(client)
      await expect(connector.identify(client)).rejects.toBeInstanceOf(CredentialError)
    })

    const methods = connector.auth.filter((method) => method.kind === 'oauth2')
    describe.each(methods)('by $kind', (method) => {
      const codeVerifier = createCodeVerifier()
      const state = 'state-of-this-test'
      const flow = (): OAuthFlow => ({
        provider: connector.provider,
        method,
        settings: stage.world.settings,
        app: stage.world.app,
      })
      const visit = async (answer: 'allow' | 'deny'): Promise<URLSearchParams> => {
        const url = await authorizationUrl(flow(), { state, codeVerifier })
        const back = await stage.world.decide(url, answer)
        expect(`${back.origin}${back.pathname}`).toBe(stage.world.app.redirectUri)
        return back.searchParams
      }
      const exchange = (returned: URLSearchParams, changed: Partial<OAuthFlow> = {}): Promise<Credential> =>
        exchangeCode({ ...flow(), ...changed }, returned, { state, codeVerifier }, stage.access)

      it('gets a credential that works when the person allows it', async () => {
        const credential = await exchange(await visit('allow'))
        expect(await connector.identify(stage.client(credential))).toMatchObject(stage.world.account)
        expect(credential.expiresAt === null).toBe(!method.refreshes)
      })

      it('hears that the person said no', async () => {
        await expect(exchange(await visit('deny'))).rejects.toBeInstanceOf(AuthorizationDeniedError)
      })

      it('is refused with a code that was used, or with the wrong secret', async () => {
        const returned = await visit('allow')
        await exchange(returned)
        expect(await exchange(returned).catch(codeOf)).toBe('PROVIDER_REJECTED')
        const app = { ...stage.world.app, clientSecret: 'not-the-secret' }
        expect(await exchange(await visit('allow'), { app }).catch(codeOf)).toBe('PROVIDER_REJECTED')
      })
    })
  })
}

const codeOf = (error: unknown): unknown => (error instanceof ProviderError ? error.code : error)
