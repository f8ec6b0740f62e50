import { Visitor } from 'vite'
import type { ESTree } from 'vite'
import type { Violation } from './import-rules.ts'
import type { Source } from './source.ts'

/** A file past this must be one nameable thing, and none is. */
const maxLines = 400

const vague = /^(?:utils?|helpers?|commons?|shared|misc|bases?|managers?|services?)$/i

/** No file or folder has a name that attracts what has no home. */
export function checkNames(sources: readonly Source[]): readonly Violation[] {
  return sources.flatMap(({ path }) => {
    const word = path.split(/[/.]/).find((part) => vague.test(part))
    return word === undefined ? [] : [`${path}:1: "${word}" says nothing; name the file for its subject`]
  })
}

/** Generated files apart, no file is longer than 400 lines. */
export function checkSizes(sources: readonly Source[]): readonly Violation[] {
  return sources.flatMap(({ path, text }) => {
    const lines = text.trimEnd().split('\n').length
    if (lines <= maxLines || path.startsWith('schema/')) return []
    return [`${path}:${maxLines}: ${lines} lines, at most ${maxLines}`]
  })
}

/** A file defines something: it does not only pass on what others define. */
export function checkBarrels(sources: readonly Source[]): readonly Violation[] {
  return sources.flatMap(({ path, program }) => {
    const passesOn = program.body.filter(isPassedOn)
    const definesNothing = program.body.every((node) => node.type === 'ImportDeclaration' || isPassedOn(node))
    return passesOn.length > 0 && definesNothing ? [`${path}:1: a barrel; import the file that defines the thing`] : []
  })
}

function isPassedOn(node: ESTree.Node): boolean {
  return node.type === 'ExportAllDeclaration' || (node.type === 'ExportNamedDeclaration' && node.declaration === null)
}

/** Exports have names. Files that a tool loads by their default export are excepted. */
export function checkDefaultExports(sources: readonly Source[]): readonly Violation[] {
  return sources.flatMap((source) => {
    if (/(?:^|\/)(?:codegen|[a-z]+\.config)\.ts$/.test(source.path)) return []
    return collect(source, 'give the export a name', (found) => ({
      ExportDefaultDeclaration: found,
      ExportSpecifier: (node) => {
        if (textOf(node.exported) === 'default') found(node)
      },
    }))
  })
}

/**
 * The environment and the command line are read in `config.ts`; `main.ts` hands them over whole.
 *
 * Tests, benchmarks and what runs at development time only are excepted.
 */
export function checkEnvironment(sources: readonly Source[]): readonly Violation[] {
  const rule = 'the environment is read in config.ts only; take the value as an argument'
  return sources.flatMap((source) => {
    if (/^(?:test|bench)\/|^config\.ts$|(?:^|\/)(?:codegen|[a-z]+\.config)\.ts$/.test(source.path)) return []
    const isMain = source.path === 'main.ts'
    return collect(source, rule, (found) => ({
      MemberExpression(node) {
        if (!isMain && isEnvironment(node)) found(node)
        // `process.env` as a whole goes to readConfig; a part of it is a setting read past it.
        if (isMain && isEnvironment(node.object) && textOf(member(node.object)) === 'env') found(node)
      },
      VariableDeclarator(node) {
        if (node.id.type === 'ObjectPattern' && node.init?.type === 'Identifier' && node.init.name === 'process')
          found(node)
      },
      ImportDeclaration(node) {
        if (/^(?:node:)?process$/.test(node.source.value)) found(node)
      },
    }))
  })
}

function isEnvironment(node: ESTree.Node): boolean {
  if (node.type !== 'MemberExpression' || node.object.type !== 'Identifier' || node.object.name !== 'process')
    return false
  return ['env', 'argv'].includes(textOf(node.property))
}

function member(node: ESTree.Node): ESTree.Node {
  return node.type === 'MemberExpression' ? node.property : node
}

/**
 * A provider's name stands in its folder, its twin, the registry, the settings and the demo, and nowhere else.
 *
 * Looks at names and literals; a comment may give an example.
 */
export function checkProviderNames(sources: readonly Source[], providers: readonly string[]): readonly Violation[] {
  const name = new RegExp(providers.join('|'), 'i')
  const isHome = (path: string): boolean =>
    /^(?:test|bench|schema|demo)\/|^(?:config|provider-settings|codegen)\.ts$|^subgraphs\/(?:registry|provider-names)\.ts$/.test(
      path,
    ) ||
    providers.some((provider) => path.startsWith(`subgraphs/${provider}/`) || path.startsWith(`twins/${provider}/`))
  const rule = 'no provider has its name outside its folder, its twin and the registry'
  return sources.flatMap((source) => {
    if (isHome(source.path)) return []
    return collect(source, rule, (found) => ({
      Identifier: (node) => void (name.test(node.name) && found(node)),
      PrivateIdentifier: (node) => void (name.test(node.name) && found(node)),
      Literal: (node) => void (typeof node.value === 'string' && name.test(node.value) && found(node)),
      TemplateElement: (node) => void (name.test(node.value.raw) && found(node)),
    }))
  })
}

/** Nothing silences the compiler, but in what is generated. */
export function checkCasts(sources: readonly Source[]): readonly Violation[] {
  const written = sources.filter((source) => !source.text.startsWith('// Generated by'))
  return written.flatMap((source) =>
    collect(source, 'the compiler is silenced; parse the value, or narrow it', (found) => ({
      TSAnyKeyword: found,
      TSAsExpression(node) {
        if (node.expression.type === 'TSAsExpression' && node.expression.typeAnnotation.type === 'TSUnknownKeyword') {
          found(node)
        }
      },
    })),
  )
}

/** A test waits as long as a busy machine needs: `vi.waitFor` gives up after a second when it is not told how long. */
export function checkWaits(sources: readonly Source[]): readonly Violation[] {
  return sources.flatMap((source) =>
    collect(source, 'a wait of a second is too short for a busy machine; wait with SOON', (found) => ({
      CallExpression(node) {
        const isWait =
          node.callee.type === 'MemberExpression' && /^wait(?:For|Until)$/.test(textOf(node.callee.property))
        const isOfVitest = isWait && node.callee.type === 'MemberExpression' && textOf(node.callee.object) === 'vi'
        if (isOfVitest && node.arguments.length < 2) found(node)
      },
    })),
  )
}

type Visits = ConstructorParameters<typeof Visitor>[0]

function collect(source: Source, rule: string, visits: (found: (node: ESTree.Node) => void) => Visits): Violation[] {
  const lines = new Set<number>()
  new Visitor(visits((node) => lines.add(source.lineAt(node.start)))).visit(source.program)
  return [...lines].map((line) => `${source.path}:${line}: ${rule}`)
}

function textOf(node: ESTree.Node): string {
  if (node.type === 'Identifier') return node.name
  return node.type === 'Literal' && typeof node.value === 'string' ? node.value : ''
}
