import { existsSync, readFileSync } from 'node:fs'
import { z } from 'zod'
import { root } from './tree.ts'
import type { DeclaredPackages } from './import-rules.ts'

const texts = z.record(z.string(), z.string()).default({})

const manifest = z.object({
  scripts: texts,
  dependencies: texts,
  devDependencies: texts,
  optionalDependencies: texts,
  overrides: texts,
})

/** What package.json asks for, by its four lists, and what it calls its commands. */
export type Manifest = z.infer<typeof manifest>

const lockfile = z.object({
  packages: z.record(
    z.string(),
    z.object({
      version: z.string().optional(),
      dev: z.boolean().default(false),
      optional: z.boolean().default(false),
      license: z.string().optional(),
    }),
  ),
})

/** What an installed package says of its licence, in any of the ways that npm has known. */
const installed = z.object({
  license: z.union([z.string(), z.object({ type: z.string() }).transform(({ type }) => type)]).optional(),
  licenses: z.array(z.object({ type: z.string() })).optional(),
})

/** One package that production may install. */
export interface ProductionPackage {
  /** Its folder, from the root. */
  readonly path: string
  readonly license: string | null
}

/** Reads package.json. */
export function readManifest(): Manifest {
  return manifest.parse(JSON.parse(readFileSync(`${root}/package.json`, 'utf8')))
}

/** The packages of package.json by when they are installed. */
export function readDeclaredPackages(): DeclaredPackages {
  const { dependencies, devDependencies, optionalDependencies } = readManifest()
  return {
    production: new Set([...Object.keys(dependencies), ...Object.keys(optionalDependencies)]),
    development: new Set(Object.keys(devDependencies)),
  }
}

/**
 * Every package, direct or not, that an installation without development dependencies may hold, on any platform.
 *
 * The licence is the installed package's own word; for another platform's package, the lock file's.
 */
export function readProductionPackages(): readonly ProductionPackage[] {
  const { packages } = lockfile.parse(JSON.parse(readFileSync(`${root}/package-lock.json`, 'utf8')))
  return Object.entries(packages)
    .filter(([path, { dev }]) => path !== '' && !dev)
    .map(([path, { license }]) => ({ path, license: readLicense(path) ?? license ?? null }))
}

function readLicense(path: string): string | null {
  const file = `${root}/${path}/package.json`
  if (!existsSync(file)) return null
  const { license, licenses } = installed.parse(JSON.parse(readFileSync(file, 'utf8')))
  return license ?? licenses?.map(({ type }) => type).join(' OR ') ?? null
}
