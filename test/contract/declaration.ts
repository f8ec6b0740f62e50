import { describe, expect, it } from 'vitest'
import type { AuthMethod, Connector } from '../../kit/contract.ts'
import type { Call } from '../../kit/account-client.ts'
import type { Credential, Settings } from '../../store/account.ts'

const production: Settings = { baseUrl: null, region: null, domain: 'acme', actorRemoteId: null }
const elsewhere: Settings = { ...production, baseUrl: 'http://127.0.0.1:4010' }

const urlsOf = (method: AuthMethod, settings: Settings): string[] =>
  method.kind === 'oauth2' ? [method.authorizeUrl(settings), method.tokenUrl(settings)] : []

/** What connecting by a method would give. */
const credentialOf = (method: AuthMethod): Credential => ({
  accessToken: method.kind === 'oauth2' ? 'tok_1' : null,
  refreshToken: null,
  expiresAt: null,
  fields:
    method.kind === 'oauth2' ? {} : Object.fromEntries(method.fields.map(({ name }) => [name, `tok_1-of-${name}`])),
})

/** The value of a header, with what Basic authentication hides in it. */
const plain = (value: string): string =>
  value.startsWith('Basic ') ? Buffer.from(value.slice('Basic '.length), 'base64').toString('utf8') : value

const compile = (pattern: string): RegExp => new RegExp(`^(?:${pattern})$`)

/** What is true of a declaration by itself, with no provider at hand. */
export function describeDeclaration(connector: Connector): void {
  describe('declaration', () => {
    const { api, auth, streams, webhook } = connector

    it('has a name for machines, a title and a sentence for people', () => {
      expect(connector.provider).toMatch(/^[a-z][a-z0-9]*$/)
      expect(connector.title).toMatch(/^\S.*\S$/)
      expect(connector.description).toMatch(/^\S.+\.$/)
    })

    it('goes to https addresses, and wholly elsewhere when told to', () => {
      const urls = (settings: Settings): string[] => [
        api.baseUrl(settings),
        ...auth.flatMap((method) => urlsOf(method, settings)),
      ]
      for (const url of urls(production)) expect(new URL(url).protocol).toBe('https:')
      for (const url of urls(elsewhere)) expect(new URL(url).origin).toBe('http://127.0.0.1:4010')
    })

    it('can be connected, by fields that have a name, a label, help, and a pattern that compiles', () => {
      expect(auth.length).toBeGreaterThan(0)
      for (const method of auth) {
        const names = method.fields.map((field) => field.name)
        expect(new Set(names).size).toBe(names.length)
        expect(method.fields.some((field) => field.secret)).toBe(method.kind === 'fields')
        for (const field of method.fields) {
          expect(field.name).toMatch(/^[a-z][A-Za-z0-9]*$/)
          expect(field.label).not.toBe('')
          expect(field.help).not.toBe('')
          expect(compile(field.pattern ?? '.+').test('')).toBe(false)
          expect((field.options ?? ['any', 'thing']).length).toBeGreaterThan(1)
        }
      }
    })

    it('puts the credential into the headers, and nothing where there is none', () => {
      for (const method of auth) {
        const signed = new Headers()
        api.sign(signed, credentialOf(method))
        expect([...signed.values()].map(plain).join('\n')).toContain('tok_1')
      }
      const unsigned = new Headers()
      api.sign(unsigned, { accessToken: null, refreshToken: null, expiresAt: null, fields: {} })
      expect([...unsigned.values()].join('\n')).not.toMatch(/null|undefined/)
    })

    it('bounds its calls, and reads no quota where headers tell none', () => {
      expect(api.timeoutMs).toBeGreaterThan(0)
      expect(api.defaultQuota.limit).toBeGreaterThan(0)
      expect(api.defaultQuota.windowMs).toBeGreaterThan(0)
      expect(api.quota(new Headers(), new Date())).toBeNull()
    })

    it('has narrower limits with names of their own, and counts no call for nothing', () => {
      expect(new Set(api.limits.map(({ name }) => name)).size).toBe(api.limits.length)
      for (const limit of api.limits) {
        expect(limit.name).not.toBe('')
        expect(limit.limit).toBeGreaterThan(0)
        expect(limit.windowMs).toBeGreaterThan(0)
        expect(limit.quota(new Headers(), new Date())).toBeNull()
        expect(limit.covers({ method: 'GET', path: '/nothing/of/the/kind' })).toBe(false)
      }
      for (const include of [undefined, 'requester', 'requester,stats,company']) {
        const call: Call = { method: 'GET', path: '/tickets', query: { include } }
        expect(api.costOf?.(call) ?? 1).toBeGreaterThanOrEqual(1)
      }
    })

    it('has streams with names of their own, that do not run all the time', () => {
      expect(streams.length).toBeGreaterThan(0)
      expect(new Set(streams.map((stream) => stream.name)).size).toBe(streams.length)
      for (const stream of streams) expect(stream.everyMs).toBeGreaterThanOrEqual(1_000)
    })

    it('names the header of what proves its deliveries', () => {
      if (webhook === null) return
      expect(webhook.proof.header).toMatch(/^[A-Za-z][A-Za-z0-9-]+$/)
      const timestamp = webhook.proof.kind === 'signature' ? webhook.proof.timestamp : null
      expect(timestamp?.toleranceMs ?? 1).toBeGreaterThan(0)
    })
  })
}
