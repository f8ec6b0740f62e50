import { describe, expect, it } from 'vitest'
import type { Connector, CredentialField, FieldsMethod } from '../../kit/contract.ts'
import { CredentialError } from '../../kit/errors.ts'
import type { Credential, Settings } from '../../store/account.ts'
import type { Stage } from './stage.ts'

/** One of a connector's auth methods, and the world that it is tried in. */
export interface Trying {
  readonly connector: Connector
  /** Of the method, among all. */
  readonly index: number
  readonly current: () => Stage
}

/** What is no name of an account at the provider, whatever the provider: each would send a credential elsewhere. */
const NO_DOMAINS = [
  '',
  ' ',
  'evil.com',
  'evil.com/',
  'evil.com#',
  'a.b',
  'a/b',
  'a@b',
  'a?b',
  'a:80',
  'localhost:3000',
  '127.0.0.1',
  '[::1]',
  '10.0.0.1',
  'UPPER',
  'Mixed',
  '-acme',
  'acme-',
  'acme\n',
  'acmé',
  'a b',
  '../acme',
  `a${'b'.repeat(64)}`,
]

/** Whether a value may be typed in: the whole of it is as the field says. */
export const fits = ({ options, pattern }: CredentialField, value: string): boolean =>
  options?.includes(value) ?? (pattern === null || new RegExp(`^(?:${pattern})$`).test(value))

/** A domain that a person types in becomes a part of an address: it is refused unless it can be nothing else. */
export function describeDomains(fields: readonly CredentialField[]): void {
  describe.each(fields.filter(({ name }) => name === 'domain'))('$name', (field) => {
    it('is refused when it is an address, or no name', () => {
      expect(field).toMatchObject({ required: true, secret: false })
      expect(NO_DOMAINS.filter((domain) => fits(field, domain))).toEqual([])
    })
  })
}

/** What the settings and the credential are when somebody typed these values in. */
export const typedIn = (
  base: Settings,
  values: Readonly<Record<string, string>>,
): { readonly settings: Settings; readonly credential: Credential } => ({
  settings: { ...base, region: values['region'] ?? null, domain: values['domain'] ?? null, actorRemoteId: null },
  credential: { accessToken: null, refreshToken: null, expiresAt: null, fields: values },
})

/** Connecting by what a person types in. */
export function describeTyping(method: FieldsMethod, { connector, index, current }: Trying): void {
  describe(`by ${method.fields.map(({ name }) => name).join(', ')}`, () => {
    const values = (): Readonly<Record<string, string>> => current().world.ways[index]?.values ?? {}
    const identify = (changed: Readonly<Record<string, string>>): ReturnType<Connector['identify']> => {
      const { settings, credential } = typedIn(current().world.settings, { ...values(), ...changed })
      return connector.identify(current().client(credential, settings))
    }

    it('finds out whose account it is', async () => {
      const typed = values()
      for (const field of method.fields) {
        expect(field.required && typed[field.name] === undefined).toBe(false)
        expect(fits(field, typed[field.name] ?? '')).toBe(true)
      }
      expect(await identify({})).toMatchObject(current().world.account)
    })

    it.each(method.fields.filter(({ secret }) => secret))(
      'takes a wrong $name for refused, and asks once',
      async (field) => {
        const refused = await identify({ [field.name]: 'wrong-but-long-enough' }).catch((error: unknown) => error)
        expect(refused).toBeInstanceOf(CredentialError)
        expect(String(refused)).not.toContain('wrong-but')
        expect(await current().world.requests()).toHaveLength(1)
      },
    )

    describeDomains(method.fields)
  })
}
