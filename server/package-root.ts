import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The root of the package, from the sources as well as from `dist/`. */
export function packageRoot(): string {
  const parent = dirname(dirname(fileURLToPath(import.meta.url)))
  return existsSync(join(parent, 'package.json')) ? parent : dirname(parent)
}

/** The folder of the bundled GraphiQL; null where it was not built. */
export function findGraphiql(): string | null {
  const folder = join(packageRoot(), 'dist', 'graphiql')
  return existsSync(folder) ? folder : null
}
