import { createSecretKey } from 'node:crypto'
import { SignJWT } from 'jose'
import { describe, expect, test } from 'vitest'
import { openAssertions } from '../../store/assertion.ts'
import { AssertionError } from '../../store/errors.ts'
import { deriveKey } from '../../store/vault.ts'
import type { Viewer } from '../../store/viewer.ts'
import { makeKey, TestClock } from '../setup/store.ts'

const key = makeKey('one')
const viewer: Viewer = { workspaceId: 'w', memberId: 'm', role: 'AGENT', tokenId: 't', expiresAt: null }

describe('assertions', () => {
  test('say who is asking, to whoever has the keys', async () => {
    const clock = new TestClock()
    const ending = { ...viewer, expiresAt: new Date(clock.now().getTime() + 3_600_000) }
    const token = await openAssertions([key], clock.now).sign(ending)
    expect(await openAssertions([makeKey('two'), key], clock.now).verify(token)).toEqual(ending)
  })

  test('are good for a minute, also where they were seen before', async () => {
    const clock = new TestClock()
    const assertions = openAssertions([key], clock.now)
    const token = await assertions.sign(viewer)
    clock.move(59_000)
    expect(await assertions.verify(token)).toEqual(viewer)
    clock.move(1_000)
    await expect(assertions.verify(token)).rejects.toThrow(AssertionError)
  })

  test('are made once for half their life, one for each viewer and role', async () => {
    const clock = new TestClock()
    const assertions = openAssertions([key], clock.now)
    const first = await assertions.sign(viewer)
    clock.move(29_000)
    expect(await assertions.sign({ ...viewer })).toBe(first)
    expect(await assertions.sign({ ...viewer, role: 'ANALYST' })).not.toBe(first)
    clock.move(1_000)
    expect(await assertions.sign(viewer)).not.toBe(first)
  })

  test('end with the viewer’s own token', async () => {
    const clock = new TestClock()
    const assertions = openAssertions([key], clock.now)
    const token = await assertions.sign({ ...viewer, expiresAt: new Date(clock.now().getTime() + 10_000) })
    clock.move(10_000)
    await expect(assertions.verify(token)).rejects.toThrow(AssertionError)
  })

  test('are refused when another key signed them, also under the same name', async () => {
    const token = await openAssertions([key]).sign(viewer)
    await expect(openAssertions([makeKey('two')]).verify(token)).rejects.toThrow(AssertionError)
    await expect(openAssertions([makeKey('one')]).verify(token)).rejects.toThrow(AssertionError)
  })

  test('are refused at every changed letter', async () => {
    const assertions = openAssertions([key])
    const token = await assertions.sign(viewer)
    // The last letter of each part holds bits that decode to nothing; all others count.
    const ends = new Set([...token].flatMap((letter, at) => (letter === '.' ? [at, at - 1] : [])))
    for (let at = 0; at < token.length - 1; at++) {
      if (ends.has(at)) continue
      const changed = token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1)
      await expect(assertions.verify(changed)).rejects.toThrow(AssertionError)
    }
  })

  test.each<[string, Record<string, string | number | null>]>([
    ['another purpose', { aud: 'webhook' }],
    ['another issuer', { iss: 'elsewhere' }],
    ['an end that is past', { exp: 1 }],
    ['no end', { exp: null }],
    ['a role that is none', { role: 'ROOT' }],
    ['no workspace', { workspace: null }],
    ['an end of the token that is no time', { ends: 'never' }],
  ])('are refused with %s, though the key is right', async (_, wrong) => {
    const good = { sub: 'm', workspace: 'w', role: 'OWNER', token: 't', ends: null }
    const claims = { ...good, iss: 'switchboard', aud: 'subgraph', exp: Math.floor(Date.now() / 1_000) + 60 }
    expect(await openAssertions([key]).verify(await sign(claims))).toMatchObject({ role: 'OWNER' })
    await expect(openAssertions([key]).verify(await sign({ ...claims, ...wrong }))).rejects.toThrow(AssertionError)
  })

  test('are refused without a signature', async () => {
    const [, claims = ''] = (await openAssertions([key]).sign(viewer)).split('.')
    const header = Buffer.from(JSON.stringify({ alg: 'none', kid: 'one' })).toString('base64url')
    await expect(openAssertions([key]).verify(`${header}.${claims}.`)).rejects.toThrow(AssertionError)
    await expect(openAssertions([key]).verify('')).rejects.toThrow(AssertionError)
  })
})

/** Signs any claims as we do; a null one is left out. */
function sign(claims: Readonly<Record<string, string | number | null>>): Promise<string> {
  const given = Object.fromEntries(Object.entries(claims).filter(([name, value]) => value !== null || name === 'ends'))
  return new SignJWT(given)
    .setProtectedHeader({ alg: 'HS256', kid: key.id })
    .sign(createSecretKey(deriveKey(key.key, 'switchboard assertion 1')))
}
