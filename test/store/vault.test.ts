import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { VaultError } from '../../store/errors.ts'
import { openVault } from '../../store/vault.ts'
import { makeKey } from '../setup/store.ts'

const older = makeKey('older')
const newer = makeKey('newer')
const acme = { workspaceId: 'acme', subject: 'integration 1' }

describe('the vault', () => {
  test('opens what it sealed, for whom it sealed it, whatever it is', () => {
    const vault = openVault([newer])
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), fc.string(), (plain, workspaceId, subject) => {
        const belonging = { workspaceId, subject }
        // Lone surrogates are no text; UTF-8 has none.
        expect(vault.open(vault.seal(plain, belonging), belonging)).toBe(Buffer.from(plain).toString())
      }),
    )
  })

  test('never seals the same twice', () => {
    const vault = openVault([newer])
    expect(vault.seal('secret', acme)).not.toEqual(vault.seal('secret', acme))
    expect(vault.seal('a secret in it', acme).includes('a secret in it')).toBe(false)
  })

  test.each([
    { workspaceId: 'other', subject: 'integration 1' },
    { workspaceId: 'acme', subject: 'integration 2' },
    { workspaceId: 'acme"', subject: 'integration 1' },
    { workspaceId: '', subject: 'acmeintegration 1' },
  ])('opens for nobody else: $workspaceId, $subject', (belonging) => {
    const vault = openVault([newer])
    const sealed = vault.seal('secret', acme)
    expect(() => vault.open(sealed, belonging)).toThrow(VaultError)
  })

  test('refuses what was changed, at every bit', () => {
    const vault = openVault([newer, older])
    const sealed = vault.seal('secret', acme)
    for (let bit = 0; bit < sealed.length * 8; bit++) {
      const changed = Buffer.from(sealed)
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      expect(() => vault.open(changed, acme)).toThrow(VaultError)
    }
  })

  test('refuses what was cut short, and what was never sealed', () => {
    const vault = openVault([newer])
    const sealed = vault.seal('secret', acme)
    for (let length = 0; length < sealed.length; length++) {
      expect(() => vault.open(sealed.subarray(0, length), acme)).toThrow(VaultError)
    }
    expect(() => vault.open(Buffer.from('plain text, long enough to be something'), acme)).toThrow(VaultError)
  })

  test('seals with the first key, and opens with every one that is there', () => {
    const sealed = openVault([older]).seal('secret', acme)
    const rotated = openVault([newer, older])
    expect(rotated.open(sealed, acme)).toBe('secret')
    expect(rotated.isCurrent(sealed)).toBe(false)
    expect(rotated.isCurrent(rotated.seal('secret', acme))).toBe(true)
    expect(() => openVault([newer]).open(sealed, acme)).toThrow('sealed with the key "older"')
  })

  test('refuses a key of the same name that is another', () => {
    const sealed = openVault([older]).seal('secret', acme)
    expect(() => openVault([makeKey('older')]).open(sealed, acme)).toThrow(VaultError)
  })

  test.each([
    ['no keys', []],
    ['a short key', [{ id: 'a', key: Buffer.alloc(16) }]],
    ['a key without a name', [{ id: '', key: Buffer.alloc(32) }]],
    ['a name too long', [{ id: 'x'.repeat(256), key: Buffer.alloc(32) }]],
    ['two keys of one name', [makeKey('a'), makeKey('a')]],
  ])('refuses %s', (_, keys) => {
    expect(() => openVault(keys)).toThrow(VaultError)
  })
})
