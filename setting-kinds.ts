import { isIP } from 'node:net'
import { z } from 'zod'

/** The last of all ports. */
export const LAST_PORT = 65_535

const aPort = `expected a whole number from 0 to ${LAST_PORT}`
/** A TCP port; 0 for any free one. */
export const port = z
  .string()
  .trim()
  .regex(/^\d+$/, aPort)
  .transform(Number)
  .refine((number) => number <= LAST_PORT, aPort)

/** An address of HTTP, without slashes at its end. */
export const httpUrl = z
  .url({ protocol: /^https?$/, error: 'expected an address that begins with http:// or https://' })
  .transform((url) => url.replace(/\/+$/, ''))

/** Yes or no. */
export const flag = z
  .enum(['0', '1', 'true', 'false'], { error: 'expected 0, 1, true or false' })
  .transform((text) => text === '1' || text === 'true')

/** A stretch of time above 0, up to eleven days. */
export const milliseconds = z
  .string()
  .regex(/^[1-9]\d{0,8}$/, 'expected a whole number of milliseconds above 0')
  .transform(Number)

/** Days, up to ten years. */
export const days = z
  .string()
  .regex(/^[1-9]\d{0,3}$/, 'expected a whole number of days above 0')
  .transform(Number)
  .refine((number) => number <= 3_650, 'expected at most 3650 days')

/** How many of something, above 0. */
export const amount = z
  .string()
  .regex(/^[1-9]\d{0,11}$/, 'expected a whole number above 0')
  .transform(Number)

/** What operations may cost, in the units of docs/costs.md. */
export const cost = z
  .string()
  .regex(/^\d{1,12}$/, 'expected a whole number')
  .transform(Number)

/** Origins with commas between, `:*` at the end for any port. */
export const origins = z.string().transform((text, context) =>
  text.split(',').map((entry) => {
    const origin = entry.trim().replace(/\/$/, '')
    if (!/^https?:\/\/(\[[\da-f:]+\]|[^\s/:@?#*[\]]+)(:(\d+|\*))?$/.test(origin)) {
      context.addIssue('expected origins with commas between, such as https://desk.example or http://localhost:*')
    }
    return origin
  }),
)

/** `name=value` pairs with commas between, as the standard has them: values may be percent-encoded. */
export const headerList = z.string().transform((text, context) => {
  const pairs = text.split(',').map((pair): [string, string] => {
    const [name = '', ...rest] = pair.split('=')
    const value = decodeHeader(rest.join('=').trim())
    if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name.trim()) || value === null) {
      context.addIssue('expected name=value pairs with commas between, values percent-encoded')
    }
    return [name.trim().toLowerCase(), value ?? '']
  })
  return Object.fromEntries(pairs)
})

function decodeHeader(text: string): string | null {
  try {
    return decodeURIComponent(text)
  } catch {
    return null
  }
}

/** `ROLE=name` pairs with commas between: what each role has, any number of times each. */
export const roleList = z.string().transform((text, context): Readonly<Record<string, readonly string[]>> => {
  const byRole: Record<string, string[]> = {}
  for (const pair of text.split(',')) {
    const [role = '', ...rest] = pair.split('=').map((word) => word.trim())
    const name = rest.join('=')
    if (WORKSPACE_ROLES.includes(role) && name !== '') (byRole[role] ??= []).push(name)
    else
      context.addIssue(`expected ROLE=name pairs with commas between, each role one of ${WORKSPACE_ROLES.join(', ')}`)
  }
  return byRole
})

const WORKSPACE_ROLES: readonly string[] = ['OWNER', 'ADMIN', 'AGENT', 'ANALYST']

/** Encryption keys as `id:key` with commas between, each 32 bytes in base64. */
export const keyring = z.string().transform((text, context) =>
  text.split(',').map((entry) => {
    const [id, encoded, ...rest] = entry.trim().split(':')
    const key = Buffer.from(encoded ?? '', 'base64')
    if (!id || rest.length > 0 || key.length !== 32) {
      context.addIssue(
        'expected id:key pairs with commas between, each key 32 bytes in base64 (openssl rand -base64 32)',
      )
    }
    return { id: id ?? '', key }
  }),
)

/** Networks with commas between: addresses, or `address/bits`. */
export const networks = z.string().transform((text, context) =>
  text.split(',').map((entry) => {
    const [address = '', bits, ...rest] = entry.trim().split('/')
    const family = isIP(address)
    const most = family === 4 ? 32 : 128
    const prefix = bits === undefined ? most : Number(bits)
    if (family === 0 || rest.length > 0 || !/^\d{1,3}$/.test(bits ?? '0') || prefix > most) {
      context.addIssue('expected networks with commas between, such as 10.1.0.0/16 or 127.0.0.1')
    }
    return { address, prefix }
  }),
)

/** Some of several names, with commas between. */
export const someOf = <Name extends string>(names: readonly Name[]) =>
  z.string().transform((text, context) =>
    text.split(',').flatMap((entry) => {
      const name = names.find((each) => each === entry.trim())
      if (name === undefined) context.addIssue(`expected some of ${names.join(', ')}, with commas between`)
      return name ?? []
    }),
  )
