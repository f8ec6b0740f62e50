import type { Import, Source } from './source.ts'

/** A rule that a line breaks; prints as `file:line: sentence`. */
export type Violation = string

/**
 * Who may import whom, by folder at the root. A folder may always import itself; `*` is everything.
 *
 * A file at the root counts as a folder of its own.
 */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  observe: [],
  store: ['observe', 'server'],
  server: ['observe'],
  kit: ['observe', 'server', 'store'],
  subgraphs: ['observe', 'server', 'kit', 'store'],
  ingest: ['observe', 'server', 'kit', 'store'],
  gateway: ['observe', 'server', 'store', 'schema'],
  demo: [
    'config.ts',
    'provider-settings.ts',
    'foundation.ts',
    'server',
    'kit',
    'store',
    'ingest',
    'subgraphs',
    'twins',
  ],
  commands: ['config.ts', 'foundation.ts', 'gateway', 'ingest', 'kit', 'store', 'subgraphs'],
  twins: [],
  console: [],
  client: [],
  schema: [],
  'config.ts': ['provider-settings.ts', 'setting-kinds.ts'],
  'provider-settings.ts': ['setting-kinds.ts'],
  'setting-kinds.ts': [],
  'vitest.config.ts': [],
  'main.ts': ['config.ts', 'start.ts', 'development.ts', 'commands', 'server'],
  'development.ts': ['config.ts', 'observe', 'commands', 'gateway', 'server'],
  'start.ts': ['*'],
  'foundation.ts': ['config.ts', 'observe', 'kit', 'store', 'subgraphs'],
  'codegen.ts': ['*'],
  bench: ['*'],
  test: ['*'],
}

/** Where a value of `store/` would tie the kit to the database, and a type does not. */
const typesOnly: ReadonlySet<string> = new Set(['kit store'])

/** The only file of `subgraphs/` outside a provider's folder that may import it. */
const registry = 'subgraphs/registry.ts'

/** Folders must keep to `mayImport`. */
export function checkFolders(sources: readonly Source[]): readonly Violation[] {
  return eachImport(sources, (source, each, file) => {
    const from = folderOf(source.path)
    const to = folderOf(file)
    const allowed = mayImport[from]
    if (allowed === undefined)
      return `${from} is not a folder the house rules know; say in test/house what it may import`
    if (from === to || allowed.includes('*')) {
      return null
    }
    if (!allowed.includes(to)) return `${from} may import ${list(allowed)}, not ${file}`
    if (typesOnly.has(`${from} ${to}`) && !each.isType)
      return `${from} may import only types of ${to}, not values of ${file}`
    return null
  })
}

/** A provider's folder imports no other part of `subgraphs/` that answers; only the registry imports it. */
export function checkProviders(sources: readonly Source[], providers: readonly string[]): readonly Violation[] {
  const closed = [...providers, 'support', 'integrations']
  return eachImport(sources, (source, each, file) => {
    if (folderOf(source.path) !== 'subgraphs' || folderOf(file) !== 'subgraphs') return null
    const from = subfolderOf(source.path)
    const to = subfolderOf(file)
    if (from === to || to === null) return null
    if (source.path === registry) return null
    if (providers.includes(to)) return `only ${registry} may import a provider's folder, not ${each.specifier}`
    if (from !== null && providers.includes(from) && closed.includes(to)) {
      return `a provider stands on kit, store and the graph's interfaces, not on ${file}`
    }
    return null
  })
}

/** What pages take along: it runs in a browser, and brings nothing but the protocol. */
const ofPages: ReadonlySet<string> = new Set(['graphql-ws'])

/** The client's folder imports no package but graphql-ws, nothing of Node.js, and of graphql only types. */
export function checkClient(sources: readonly Source[]): readonly Violation[] {
  return sources.flatMap(({ path, imports }) => {
    if (folderOf(path) !== 'client') return []
    return imports
      .filter(({ file, specifier }) => file === null && !ofPages.has(specifier))
      .filter(({ specifier, isType }) => !(specifier === 'graphql' && isType))
      .map(({ line, specifier }) => `${path}:${line}: pages would have to bring ${specifier}`)
  })
}

/** The composition root: what is started, and with which settings. */
const root = /^(?:main|start|development|foundation)\.ts$|^(?:demo|commands)\//

/** Only the composition root reads settings, and nothing but itself and tests imports it. */
export function checkRootFiles(sources: readonly Source[]): readonly Violation[] {
  return eachImport(sources, (source, _each, file) => {
    if (/^(?:test|bench)\//.test(source.path)) return null
    if (root.test(source.path)) return null
    if (root.test(file)) return `${file} wires the others, and nothing imports it`
    if (file === 'config.ts') return 'only the composition root reads the settings; take the value as an argument'
    return null
  })
}

/** An import names its file with its extension. */
export function checkExtensions(sources: readonly Source[]): readonly Violation[] {
  return eachImport(sources, (_source, each, file) =>
    /\.(?:ts|json|css)$/.test(file) ? null : `write the extension: ${each.specifier}.ts`,
  )
}

/** No file reaches itself by its imports, types included. Each cycle is reported once, at its first file. */
export function checkCycles(sources: readonly Source[]): readonly Violation[] {
  const byPath = new Map(sources.map((source) => [source.path, source]))
  const done = new Set<string>()
  const violations: Violation[] = []
  const walk = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path)
    if (start >= 0) {
      violations.push(`${[...trail.slice(start), path].join(' → ')}: a cycle`)
      return
    }
    if (done.has(path)) return
    for (const each of byPath.get(path)?.imports ?? []) {
      if (each.file !== null) walk(each.file, [...trail, path])
    }
    done.add(path)
  }
  for (const { path } of sources) walk(path, [])
  return violations
}

/** What runs in production imports only what production installs; whatever is imported is declared. */
export function checkPackages(sources: readonly Source[], declared: DeclaredPackages): readonly Violation[] {
  return sources.flatMap((source) =>
    source.imports
      .filter((each) => each.file === null && !each.specifier.startsWith('node:'))
      .flatMap((each) => {
        const name = packageOf(each.specifier)
        const isLate = each.isType || each.isDynamic || !runsInProduction(source.path)
        if (declared.production.has(name) || (isLate && declared.development.has(name))) return []
        const where = isLate ? 'package.json' : 'the dependencies of package.json'
        return [`${source.path}:${each.line}: expected ${name} among ${where}`]
      }),
  )
}

/** Names of the packages that package.json lists. */
export interface DeclaredPackages {
  readonly production: ReadonlySet<string>
  readonly development: ReadonlySet<string>
}

function runsInProduction(path: string): boolean {
  return !/^(?:test|bench|console)\//.test(path) && !/(?:^|\/)(?:codegen|[a-z]+\.config)\.ts$/.test(path)
}

function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}

function eachImport(
  sources: readonly Source[],
  judge: (source: Source, each: Import, file: string) => string | null,
): readonly Violation[] {
  return sources.flatMap((source) =>
    source.imports.flatMap((each) => {
      const complaint = each.file === null ? null : judge(source, each, each.file)
      return complaint === null ? [] : [`${source.path}:${each.line}: ${complaint}`]
    }),
  )
}

function folderOf(path: string): string {
  return path.split('/')[0] ?? path
}

function subfolderOf(path: string): string | null {
  const parts = path.split('/')
  return parts.length > 2 ? (parts[1] ?? null) : null
}

function list(names: readonly string[]): string {
  return names.length === 0 ? 'nothing of ours' : names.join(', ')
}
