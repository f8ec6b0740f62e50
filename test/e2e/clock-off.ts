import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Program } from './program.ts'

/** The setting with which a process begins with a clock that is so far off. */
export function clockOff({ folder }: Program, offMs: number): Readonly<Record<string, string>> {
  const url = pathToFileURL(join(folder, 'dist/test/e2e/skewed-clock.js'))
  url.searchParams.set('ms', String(offMs))
  return { NODE_OPTIONS: `--import=${url.href}` }
}
