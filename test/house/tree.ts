import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseSource } from './source.ts'
import type { Source } from './source.ts'

/** The root of the repository. */
export const root = fileURLToPath(new URL('../..', import.meta.url))

const notOurs = new Set(['node_modules', 'dist', '.git', '.switchboard'])

/** Every TypeScript file of the repository, parsed, in the order of their paths. */
export function readTree(): readonly Source[] {
  return globSync('**/*.ts', { cwd: root, exclude: (name) => notOurs.has(name) })
    .map((path) => path.replaceAll('\\', '/'))
    .toSorted()
    .map((path) => parseSource(path, readFileSync(`${root}/${path}`, 'utf8')))
}
