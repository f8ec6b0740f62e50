import { randomBytes } from 'node:crypto'
import type { Vault } from '../vault.ts'

/** One secret by which messages to an endpoint are signed. */
interface SigningSecret {
  /** `whsec_` and the key in base64. Source: standardwebhooks.com, "Signature scheme", read 2026-11-29. */
  readonly secret: string
  /** When it ends, as ISO 8601; null for the current one. */
  readonly until: string | null
}

/** The secrets of an endpoint, the current one first. */
export type SigningSecrets = readonly [SigningSecret, ...SigningSecret[]]

/** Between the 24 and 64 bytes that the standard asks for. */
const KEY_BYTES = 32

/** How long messages are still signed by the secret before, too: for so long a receiver may take to learn the new one. */
export const OVERLAP_MS = 86_400_000

/** As many are used side by side at most. */
const MOST_SECRETS = 3

const makeSecret = (): SigningSecret => ({
  secret: `whsec_${randomBytes(KEY_BYTES).toString('base64')}`,
  until: null,
})

/** The first secret of an endpoint. */
export const makeSecrets = (): SigningSecrets => [makeSecret()]

/** A new secret; those before end in a day. */
export function rotate(secrets: SigningSecrets, now: Date): SigningSecrets {
  const end = new Date(now.getTime() + OVERLAP_MS).toISOString()
  const ending = secrets.filter((each) => isCurrent(each, now)).map((each) => ({ ...each, until: each.until ?? end }))
  return [makeSecret(), ...ending.slice(0, MOST_SECRETS - 1)]
}

/** The secrets to sign by now, the newest first. */
export const currentSecrets = (secrets: SigningSecrets, now: Date): readonly string[] =>
  secrets.filter((each) => isCurrent(each, now)).map(({ secret }) => secret)

const isCurrent = ({ until }: SigningSecret, now: Date): boolean => until === null || new Date(until) > now

/** To whom sealed secrets belong. */
interface Owner {
  readonly id: string
  readonly workspaceId: string
}

/** Seals an endpoint's secrets; they open for no other. */
export const sealSecrets = (vault: Vault, owner: Owner, secrets: SigningSecrets): Buffer =>
  vault.seal(JSON.stringify(secrets), belongingOf(owner))

/** What `sealSecrets` sealed. @throws VaultError */
export const openSecrets = (vault: Vault, owner: Owner, sealed: Buffer): SigningSecrets =>
  JSON.parse(vault.open(sealed, belongingOf(owner))) as SigningSecrets

const belongingOf = ({ id, workspaceId }: Owner) => ({ workspaceId, subject: `webhook endpoint ${id}` })
