import { describe, expect, it } from 'vitest'
import { providerNames } from '../../subgraphs/provider-names.ts'
import {
  checkBarrels,
  checkCasts,
  checkDefaultExports,
  checkEnvironment,
  checkNames,
  checkProviderNames,
  checkSizes,
  checkWaits,
} from './file-rules.ts'
import { parseSource } from './source.ts'
import { readTree } from './tree.ts'

const tree = readTree()

describe('how a file is written', () => {
  it.each(['kit/utils.ts', 'kit/helper.ts', 'gateway/common/a.ts', 'store/base.ts', 'ingest/sync.service.ts'])(
    'refuses the name %s',
    (path) =>
      expect(checkNames([parseSource(path, '')])).toEqual([expect.stringContaining('name the file for its subject')]),
  )

  it('allows a name that says something', () => {
    expect(checkNames([parseSource('kit/database.ts', ''), parseSource('store/base-url.ts', '')])).toEqual([])
  })

  it('refuses 401 lines and allows 400', () => {
    const lines = (count: number) => 'x()\n'.repeat(count)
    expect(checkSizes([parseSource('kit/a.ts', lines(401))])).toEqual(['kit/a.ts:400: 401 lines, at most 400'])
    expect(checkSizes([parseSource('kit/a.ts', lines(400)), parseSource('schema/a.ts', lines(401))])).toEqual([])
  })

  it.each([
    "export * from './b.ts'",
    "export { b } from './b.ts'\nexport type { C } from './c.ts'",
    "import { b } from './b.ts'\nexport { b }",
  ])('refuses a barrel: %s', (text) => {
    expect(checkBarrels([parseSource('kit/a.ts', text)])).toEqual([expect.stringContaining('kit/a.ts:1: a barrel')])
  })

  it('allows a file that defines what it exports', () => {
    const texts = ['export const a = 1', 'const a = 1\nexport { a }', "import './b.ts'"]
    expect(checkBarrels(texts.map((text) => parseSource('kit/a.ts', text)))).toEqual([])
  })

  it.each(['\nexport default 1', '\nconst a = 1; export { a as default }', "\nexport { a as default } from './b.ts'"])(
    'refuses a default export: %s',
    (text) => {
      expect(checkDefaultExports([parseSource('kit/a.ts', text)])).toEqual(['kit/a.ts:2: give the export a name'])
      expect(checkDefaultExports([parseSource('vitest.config.ts', text)])).toEqual([])
    },
  )

  it.each([
    'process.env.HOME',
    "process.env['HOME']",
    "process['env']",
    'process.argv[2]',
    'const { env } = process',
    "import { env } from 'node:process'",
  ])('refuses to read the environment: %s', (text) => {
    expect(checkEnvironment([parseSource('kit/a.ts', text)])).toEqual([
      expect.stringContaining('kit/a.ts:1: the environment'),
    ])
    expect(checkEnvironment([parseSource('config.ts', text)])).toEqual([])
  })

  it('lets main.ts hand the environment over, and not read it', () => {
    expect(checkEnvironment([parseSource('main.ts', 'readConfig(process.env, process.argv[2])')])).toEqual([])
    expect(checkEnvironment([parseSource('main.ts', 'listen(process.env.PORT)')])).toHaveLength(1)
  })

  it.each([
    'const acmeUrl = 1',
    "call('acme')",
    'call(`/acme/${id}`)',
    'x.acme',
    'class A { #acme = 1 }',
    'type AcmeTicket = 1',
  ])("refuses a provider's name: %s", (text) => {
    expect(checkProviderNames([parseSource('kit/a.ts', text)], ['acme'])).toEqual([
      expect.stringContaining('kit/a.ts:1:'),
    ])
    expect(checkProviderNames([parseSource('subgraphs/acme/a.ts', text)], ['acme'])).toEqual([])
    expect(checkProviderNames([parseSource('twins/acme/a.ts', text)], ['acme'])).toEqual([])
  })

  it("allows a provider's name in a comment", () => {
    expect(
      checkProviderNames([parseSource('kit/a.ts', '/** For example `acme`. */\nexport const a = 1')], ['acme']),
    ).toEqual([])
  })

  it.each(['const a: any = 1', 'const a = 1 as any', 'const a = 1 as unknown as string', 'f<any>()'])(
    'refuses to silence the compiler: %s',
    (text) => expect(checkCasts([parseSource('kit/a.ts', text)])).toHaveLength(1),
  )

  it('refuses to wait without saying how long', () => {
    const waits = (text: string) => checkWaits([parseSource('test/a.test.ts', text)])
    expect(waits('await vi.waitFor(() => look())')).toEqual([expect.stringContaining('test/a.test.ts:1: a wait')])
    expect(waits('await vi.waitFor(() => look(), SOON)')).toEqual([])
    expect(waits("await page.waitFor('x')")).toEqual([])
  })
})

describe('this repository', () => {
  it('names its files for their subjects', () => expect(checkNames(tree)).toEqual([]))
  it('has no file past 400 lines', () => expect(checkSizes(tree)).toEqual([]))
  it('has no barrels', () => expect(checkBarrels(tree)).toEqual([]))
  it('has no default exports', () => expect(checkDefaultExports(tree)).toEqual([]))
  it('reads the environment in one place', () => expect(checkEnvironment(tree)).toEqual([]))
  it('keeps the names of its providers where they belong', () =>
    expect(checkProviderNames(tree, providerNames)).toEqual([]))
  it('silences the compiler nowhere', () => expect(checkCasts(tree)).toEqual([]))
  it('waits in its tests as long as it takes', () => expect(checkWaits(tree)).toEqual([]))
})
