import { randomBytes } from 'node:crypto'

/** One secret that proves deliveries. */
export interface KeptSecret {
  readonly secret: string
  /** When it ends; null for the current one. */
  readonly until: Date | null
}

/** What is sealed of an integration's webhook. */
export interface KeptWebhook {
  /** Ends the address. */
  readonly token: string
  /** The current one first. */
  readonly secrets: readonly [KeptSecret, ...KeptSecret[]]
}

const RANDOM_BYTES = 32

/**
 * How long a secret still proves deliveries after another took its place: what is on its way, or is sent again, has the
 * one before. Freshdesk puts off what is above its quota for up to a day.
 */
const GRACE_MS = 86_400_000

/** As many take over from one another at once. */
const MOST_SECRETS = 3

/** Long, random, and good in an address or a header. */
const makeSecret = (): string => randomBytes(RANDOM_BYTES).toString('base64url')

/** The shape of every token: what does not look so is none. */
export const TOKEN_SHAPE = /^[A-Za-z0-9_-]{43}$/

/** A new address with a secret. */
export const makeWebhook = (): KeptWebhook => ({
  token: makeSecret(),
  secrets: [{ secret: makeSecret(), until: null }],
})

/** The same address with a new secret; the one before ends in a day. */
export const renewSecret = (kept: KeptWebhook, now: Date): KeptWebhook => replaceSecret(kept, makeSecret(), now)

/** The same address, proven by a secret from elsewhere; the one before ends in a day. */
export function replaceSecret(kept: KeptWebhook, secret: string, now: Date): KeptWebhook {
  if (kept.secrets[0].secret === secret) return kept
  const end = new Date(now.getTime() + GRACE_MS)
  const before = kept.secrets.filter((each) => each.secret !== secret && isCurrent(each, now))
  const ending = before.map((each) => ({ ...each, until: each.until === null || each.until > end ? end : each.until }))
  return { ...kept, secrets: [{ secret, until: null }, ...ending.slice(0, MOST_SECRETS - 1)] }
}

/** The secrets that prove deliveries now. */
export const currentSecrets = ({ secrets }: KeptWebhook, now: Date): readonly string[] =>
  secrets.filter((each) => isCurrent(each, now)).map(({ secret }) => secret)

const isCurrent = ({ until }: KeptSecret, now: Date): boolean => until === null || until > now

interface WrittenWebhook {
  readonly token: string
  readonly secrets: readonly [WrittenSecret, ...WrittenSecret[]]
}
type WrittenSecret = { readonly secret: string; readonly until: string | null }

/** As text, to be sealed. */
export const writeWebhook = (kept: KeptWebhook): string => JSON.stringify(kept)

/** What `writeWebhook` wrote. */
export function readWebhook(text: string): KeptWebhook {
  const { token, secrets } = JSON.parse(text) as WrittenWebhook
  const [first, ...rest] = secrets
  return { token, secrets: [toSecret(first), ...rest.map(toSecret)] }
}

const toSecret = ({ secret, until }: WrittenSecret): KeptSecret => ({
  secret,
  until: until === null ? null : new Date(until),
})
