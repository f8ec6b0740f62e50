import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { VaultError } from './errors.ts'

/** A key of the installation: 32 bytes, and a name that stands beside what it encrypted. */
export interface Key {
  readonly id: string
  readonly key: Buffer
}

/** To whom a secret belongs; it opens for nobody else. */
export interface Belonging {
  readonly workspaceId: string
  /** What in the workspace: an integration's id, or what else is unique there. */
  readonly subject: string
}

/** Encrypts secrets at rest. */
export interface Vault {
  seal(plain: string, belonging: Belonging): Buffer
  /** @throws VaultError changed, not ours, not theirs, or sealed with a key that is gone */
  open(sealed: Buffer, belonging: Belonging): string
  /** Whether the newest key sealed it. */
  isCurrent(sealed: Buffer): boolean
}

/**
 * What a sealed secret begins with. Layout: version (1 byte), length of the key's id (1), key's id, nonce (12),
 * ciphertext, tag (16). AES-256-GCM; version, key's id and belonging are its associated data.
 */
const VERSION = 1
const NONCE_BYTES = 12
const TAG_BYTES = 16
const KEY_BYTES = 32
const LONGEST_ID_BYTES = 255

/** Opens the vault. The first key seals; all open. */
export function openVault(keys: readonly Key[]): Vault {
  checkKeys(keys)
  const ring = new Map(keys.map(({ id, key }) => [id, deriveKey(key, 'switchboard vault 1')]))
  const [current] = keys
  if (current === undefined) throw new VaultError('expected at least one key')
  return {
    seal(plain, belonging) {
      const header = Buffer.concat([Buffer.from([VERSION, Buffer.byteLength(current.id)]), Buffer.from(current.id)])
      const nonce = randomBytes(NONCE_BYTES)
      const cipher = createCipheriv('aes-256-gcm', keyOf(ring, current.id), nonce)
      cipher.setAAD(associated(header, belonging))
      return Buffer.concat([header, nonce, cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()])
    },
    open(sealed, belonging) {
      const { id, header, nonce, text, tag } = parse(sealed)
      const decipher = createDecipheriv('aes-256-gcm', keyOf(ring, id), nonce, { authTagLength: TAG_BYTES })
      decipher.setAAD(associated(header, belonging))
      decipher.setAuthTag(tag)
      try {
        return Buffer.concat([decipher.update(text), decipher.final()]).toString('utf8')
      } catch (error) {
        throw new VaultError('a sealed secret does not open: it was changed, or belongs elsewhere', { cause: error })
      }
    },
    isCurrent: (sealed) => parse(sealed).id === current.id,
  }
}

/** A key for one purpose, made from a key of the installation. */
export const deriveKey = (key: Buffer, purpose: string): Buffer =>
  Buffer.from(hkdfSync('sha256', key, Buffer.alloc(0), purpose, KEY_BYTES))

function parse(sealed: Buffer): { id: string; header: Buffer; nonce: Buffer; text: Buffer; tag: Buffer } {
  const nonceAt = 2 + (sealed[1] ?? 0)
  const textAt = nonceAt + NONCE_BYTES
  const tagAt = sealed.length - TAG_BYTES
  if (sealed[0] !== VERSION || tagAt < textAt) throw new VaultError('a sealed secret has a form that is not ours')
  return {
    id: sealed.subarray(2, nonceAt).toString('utf8'),
    header: sealed.subarray(0, nonceAt),
    nonce: sealed.subarray(nonceAt, textAt),
    text: sealed.subarray(textAt, tagAt),
    tag: sealed.subarray(tagAt),
  }
}

const associated = (header: Buffer, { workspaceId, subject }: Belonging): Buffer =>
  Buffer.concat([header, Buffer.from(JSON.stringify([workspaceId, subject]))])

function keyOf(ring: ReadonlyMap<string, Buffer>, id: string): Buffer {
  const key = ring.get(id)
  if (key === undefined)
    throw new VaultError(`a secret was sealed with the key "${id}", which is not in SWITCHBOARD_KEYS`)
  return key
}

function checkKeys(keys: readonly Key[]): void {
  for (const { id, key } of keys) {
    if (key.length !== KEY_BYTES) throw new VaultError(`key "${id}": expected 32 bytes, but got ${key.length}`)
    if (id === '' || Buffer.byteLength(id) > LONGEST_ID_BYTES) throw new VaultError('a key has no id, or one too long')
  }
  if (new Set(keys.map(({ id }) => id)).size !== keys.length) throw new VaultError('two keys have one id')
}
