import { describe, expect, it } from 'vitest'
import { readManifest, readProductionPackages } from './packages.ts'

/** Licences that ask for no more than to keep their text. */
const permissive = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
  'PostgreSQL',
  'Python-2.0',
  'Unlicense',
])

/** True for one permissive licence, for a choice with one in it, and for several that are all permissive. */
function isPermissive(license: string): boolean {
  const text = license.replace(/^\((.*)\)$/, '$1')
  if (text.includes(' OR ')) return text.split(' OR ').some(isPermissive)
  if (text.includes(' AND ')) return text.split(' AND ').every(isPermissive)
  return permissive.has(text)
}

describe('the packages we stand on', () => {
  it('are pinned exactly', () => {
    const { dependencies, devDependencies, optionalDependencies, overrides } = readManifest()
    const asked = Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies, ...overrides })
    expect(asked.length).toBeGreaterThan(20)
    expect(asked.filter(([, version]) => !/^\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(version))).toEqual([])
  })

  it('have permissive licences, theirs included, in production', () => {
    const packages = readProductionPackages()
    expect(packages.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['node_modules/graphql', 'node_modules/pg']),
    )
    expect(packages.filter(({ license }) => license === null || !isPermissive(license))).toEqual([])
  })

  it.each([
    ['MIT', true],
    ['(MIT OR GPL-3.0)', true],
    ['MIT AND ISC', true],
    ['MIT AND GPL-3.0', false],
    ['Elastic-2.0', false],
    ['AGPL-3.0-only', false],
    ['SSPL-1.0', false],
    ['SEE LICENSE IN LICENSE', false],
  ])('counts %s as permissive: %s', (license, expected) => expect(isPermissive(license)).toBe(expected))
})
