import { describe, expect, it } from 'vitest'
import { providerNames } from '../../subgraphs/provider-names.ts'
import {
  checkClient,
  checkCycles,
  checkExtensions,
  checkFolders,
  checkPackages,
  checkProviders,
  checkRootFiles,
} from './import-rules.ts'
import { readDeclaredPackages } from './packages.ts'
import { parseSource } from './source.ts'
import { readTree } from './tree.ts'

const tree = readTree()
const declared = readDeclaredPackages()

describe('who may import whom', () => {
  it('reads the whole repository', () => {
    expect(tree.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['config.ts', 'kit/contract.ts', 'store/kinds.ts']),
    )
    expect(tree.flatMap(({ imports }) => imports).length).toBeGreaterThan(tree.length)
  })

  it('sees every way to import', () => {
    const { imports } = parseSource(
      'gateway/a.ts',
      `import type { A } from './a1.ts'
import { b } from '../store/b.ts'
import './c.ts'
export { d } from 'pg'
export type { D } from './d.ts'
export * from './e.ts'
const f = await import('./f.ts')
type G = import('../kit/g.ts').G
`,
    )
    expect(imports.map((each) => [each.line, each.file ?? each.specifier, each.isType, each.isDynamic])).toEqual([
      [1, 'gateway/a1.ts', true, false],
      [2, 'store/b.ts', false, false],
      [3, 'gateway/c.ts', false, false],
      [4, 'pg', false, false],
      [5, 'gateway/d.ts', true, false],
      [6, 'gateway/e.ts', false, false],
      [7, 'gateway/f.ts', false, true],
      [8, 'kit/g.ts', true, false],
    ])
  })

  it('refuses an import whose file cannot be known', () => {
    expect(() => parseSource('kit/a.ts', 'await import(name)')).toThrow('kit/a.ts:1: expected the import to name')
  })

  it.each([
    [
      'gateway/a.ts',
      "import type { B } from '../subgraphs/b.ts'",
      'gateway may import observe, server, store, schema, not subgraphs/b.ts',
    ],
    [
      'gateway/a.ts',
      "import { B } from '../kit/b.ts'",
      'gateway may import observe, server, store, schema, not kit/b.ts',
    ],
    ['kit/a.ts', "import { b } from '../store/b.ts'", 'kit may import only types of store, not values of store/b.ts'],
    [
      'ingest/a.ts',
      "import { b } from '../subgraphs/b.ts'",
      'ingest may import observe, server, kit, store, not subgraphs/b.ts',
    ],
    ['store/a.ts', "import type { B } from '../kit/b.ts'", 'store may import observe, server, not kit/b.ts'],
    ['twins/a.ts', "type B = import('../server/b.ts').B", 'twins may import nothing of ours, not server/b.ts'],
    ['server/a.ts', "await import('../config.ts')", 'server may import observe, not config.ts'],
    ['kit/a.ts', "import { b } from '../test/b.ts'", 'kit may import observe, server, store, not test/b.ts'],
    ['elsewhere/a.ts', "import { b } from '../kit/b.ts'", 'elsewhere is not a folder the house rules know'],
  ])('refuses in %s: %s', (path, text, complaint) => {
    expect(checkFolders([parseSource(path, text)])).toEqual([expect.stringContaining(`${path}:1: ${complaint}`)])
  })

  it('allows what the design allows', () => {
    const allowed = [
      parseSource('kit/a.ts', "import type { B } from '../store/b.ts'"),
      parseSource('gateway/a.ts', "import { b } from '../store/b.ts'\nimport { c } from './b/c.ts'"),
      parseSource('subgraphs/x/a.ts', "import { b } from '../../kit/b.ts'\nimport { c } from '../interfaces/c.ts'"),
      parseSource('start.ts', "import { b } from './subgraphs/registry.ts'\nimport { c } from './config.ts'"),
    ]
    expect(checkFolders(allowed)).toEqual([])
    expect(checkProviders(allowed, ['x'])).toEqual([])
    expect(checkRootFiles(allowed)).toEqual([])
  })

  it.each([
    ['subgraphs/x/a.ts', "import { b } from '../y/b.ts'", 'only subgraphs/registry.ts may import a provider'],
    ['subgraphs/x/a.ts', "import type { B } from '../support/b.ts'", 'not on subgraphs/support/b.ts'],
    ['subgraphs/support/a.ts', "import { b } from '../x/b.ts'", 'only subgraphs/registry.ts may import a provider'],
    ['subgraphs/a.ts', "import type { B } from './x/b.ts'", 'only subgraphs/registry.ts may import a provider'],
  ])('refuses between subgraphs, in %s: %s', (path, text, complaint) => {
    expect(checkProviders([parseSource(path, text)], ['x', 'y'])).toEqual([expect.stringContaining(complaint)])
  })

  it.each([
    ['ingest/a.ts', "import type { Config } from '../config.ts'", 'only the composition root reads the settings'],
    ['gateway/a.ts', "import { b } from '../main.ts'", 'nothing imports it'],
  ])('refuses of a root file, in %s: %s', (path, text, complaint) => {
    expect(checkRootFiles([parseSource(path, text)])).toEqual([expect.stringContaining(complaint)])
  })

  it('refuses in what pages take along whatever they would have to bring', () => {
    const texts = [
      "import { createClient } from 'graphql-ws'",
      "import type { A } from 'graphql'",
      "import './b.ts'",
      "import { print } from 'graphql'",
      "import fs from 'node:fs'",
      "import type { WebSocket } from 'ws'",
    ]
    expect(
      checkClient([parseSource('client/a.ts', texts.join('\n')), parseSource('kit/a.ts', texts[4] ?? '')]),
    ).toEqual([
      'client/a.ts:4: pages would have to bring graphql',
      'client/a.ts:5: pages would have to bring node:fs',
      'client/a.ts:6: pages would have to bring ws',
    ])
  })

  it('refuses an import without extension', () => {
    expect(checkExtensions([parseSource('kit/a.ts', "import { b } from './b'")])).toEqual([
      'kit/a.ts:1: write the extension: ./b.ts',
    ])
  })

  it('refuses a cycle, once', () => {
    const cycle = [
      parseSource('kit/a.ts', "import { b } from './b.ts'"),
      parseSource('kit/b.ts', "import type { C } from './c.ts'"),
      parseSource('kit/c.ts', "import { b } from './b.ts'"),
    ]
    expect(checkCycles(cycle)).toEqual(['kit/b.ts → kit/c.ts → kit/b.ts: a cycle'])
  })

  it('refuses a package that production does not install', () => {
    const packages = { production: new Set(['pg']), development: new Set(['@x/dev']) }
    const sources = [
      parseSource('kit/a.ts', "import pg from 'pg'\nimport { x } from '@x/dev/deep'\nimport y from 'absent'"),
      parseSource('twins/a.ts', "import type { X } from '@x/dev'\nawait import('@x/dev')\nawait import('absent')"),
      parseSource('test/a.ts', "import { x } from '@x/dev'\nimport fs from 'node:fs'"),
    ]
    expect(checkPackages(sources, packages)).toEqual([
      'kit/a.ts:2: expected @x/dev among the dependencies of package.json',
      'kit/a.ts:3: expected absent among the dependencies of package.json',
      'twins/a.ts:3: expected absent among package.json',
    ])
  })
})

describe('this repository', () => {
  it('keeps its folders apart', () => expect(checkFolders(tree)).toEqual([]))
  it('keeps its providers apart', () => expect(checkProviders(tree, providerNames)).toEqual([]))
  it('takes nothing to pages but what they need', () => expect(checkClient(tree)).toEqual([]))
  it('reads its settings in one place', () => expect(checkRootFiles(tree)).toEqual([]))
  it('writes the extension of every import', () => expect(checkExtensions(tree)).toEqual([]))
  it('has no cycles', () => expect(checkCycles(tree)).toEqual([]))
  it('imports only packages that will be there', () => expect(checkPackages(tree, declared)).toEqual([]))
})
