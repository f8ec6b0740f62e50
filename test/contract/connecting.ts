import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { AuthMethod, Connector } from '../../kit/contract.ts'
import type { Credential } from '../../store/account.ts'
import { CredentialError } from '../../kit/errors.ts'
import { describeConsent } from './connecting-oauth.ts'
import { describeTyping } from './connecting-fields.ts'
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
      const secrets = new Set(connector.auth.flatMap(secretsOf))
      const fields = Object.fromEntries(
        Object.entries(credential.fields).map(([name, value]) => [name, secrets.has(name) ? 'wrong-value' : value]),
      )
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

    it('has a way in for each of its methods', () => {
      expect(stage.world.ways.map(({ kind }) => kind)).toEqual(connector.auth.map(({ kind }) => kind))
    })

    connector.auth.forEach((method, index) => {
      const at = { connector, index, current: () => stage }
      if (method.kind === 'fields') describeTyping(method, at)
      else describeConsent(method, at)
    })
  })
}

/** Names of what a method asks for that is a secret. */
const secretsOf = (method: AuthMethod): string[] => method.fields.filter(({ secret }) => secret).map(({ name }) => name)
