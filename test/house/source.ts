import { posix } from 'node:path'
import { parseSync, Visitor } from 'vite'
import type { ESTree } from 'vite'

/** One `import`, `export … from`, `import()` or `import('…').Type`. */
export interface Import {
  /** As written. */
  readonly specifier: string
  /** The file of ours it names, from the root; null for a package. */
  readonly file: string | null
  readonly line: number
  /** Gone after compilation. */
  readonly isType: boolean
  readonly isDynamic: boolean
}

/** One TypeScript file, as far as the house rules look at it. */
export interface Source {
  /** From the root, with slashes. */
  readonly path: string
  readonly text: string
  readonly program: ESTree.Program
  readonly imports: readonly Import[]
  lineAt(offset: number): number
}

/** Parses a file. @throws Error where the text is no TypeScript */
export function parseSource(path: string, text: string): Source {
  const { program, errors } = parseSync(path, text, { lang: 'ts', sourceType: 'module' })
  const [first] = errors
  if (first) throw new Error(`${path}: ${first.message}`)
  const lineAt = (offset: number): number => text.slice(0, offset).split('\n').length
  return { path, text, program, imports: findImports(path, program, lineAt), lineAt }
}

function findImports(path: string, program: ESTree.Program, lineAt: (offset: number) => number): readonly Import[] {
  const found: Import[] = []
  const add = (node: ESTree.Node, source: ESTree.Node | null, kind: { isType: boolean; isDynamic: boolean }): void => {
    if (source === null) return
    if (source.type !== 'Literal' || typeof source.value !== 'string') {
      throw new Error(`${path}:${lineAt(node.start)}: expected the import to name its file in a literal`)
    }
    const specifier = source.value
    const file = specifier.startsWith('.') ? posix.join(posix.dirname(path), specifier) : null
    found.push({ specifier, file, line: lineAt(node.start), ...kind })
  }
  new Visitor({
    ImportDeclaration: (node) => add(node, node.source, { isType: node.importKind === 'type', isDynamic: false }),
    ExportNamedDeclaration: (node) => add(node, node.source, { isType: node.exportKind === 'type', isDynamic: false }),
    ExportAllDeclaration: (node) => add(node, node.source, { isType: node.exportKind === 'type', isDynamic: false }),
    ImportExpression: (node) => add(node, node.source, { isType: false, isDynamic: true }),
    TSImportType: (node) => add(node, node.source, { isType: true, isDynamic: false }),
  }).visit(program)
  return found
}
