import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, existsSync, linkSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { randomBytes, randomUUID } from 'node:crypto'
import { EmbeddedDatabaseError } from '../errors.ts'
import type { Binaries } from './binaries.ts'
import { makeClosed, type Place } from './place.ts'
import { exists } from './postmaster.ts'

/** The name that the server's only login has. */
export const LOGIN = 'switchboard'

/** A data folder that is ready to be served. */
export interface Cluster {
  readonly place: Place
  readonly binaries: Binaries
  readonly data: string
  readonly password: string
}

/**
 * Makes the data folder unless it is there.
 *
 * It is made beside its place and then renamed, so a kill leaves either none or a whole one, and two processes at once
 * end with one. The locale is PostgreSQL's own C.UTF-8: it sorts and folds the same on every machine.
 *
 * @throws EmbeddedDatabaseError when it cannot be made, or was made by another PostgreSQL version
 */
export async function prepareCluster(place: Place, binaries: Binaries): Promise<Cluster> {
  const data = join(place.folder, 'data')
  const passwordFile = join(place.folder, 'password')
  const password = keepPassword(place, passwordFile)
  if (!existsSync(data)) {
    removeLeftovers(place.folder)
    const making = makeClosed(`${data}.${process.pid}`, place.account)
    const { code, output } = await run(place, binaries.initdb, [
      `--pgdata=${making}`,
      `--username=${LOGIN}`,
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
    ])
    if (code !== 0) throw new EmbeddedDatabaseError(`initdb could not make ${making}: ${output.trim()}`)
    if (existsSync(data)) rmSync(making, { recursive: true })
    else renameSync(making, data)
  }
  await requireSameVersion(place, binaries, data)
  return { place, binaries, data, password }
}

/** How children run: as the place's user, in no folder of ours, and with none of the `PG…` variables around. */
export function childOptions(place: Place): { cwd: string; env?: Record<string, string>; uid?: number; gid?: number } {
  if (process.platform === 'win32') return { cwd: place.folder }
  const { account } = place
  return {
    cwd: place.folder,
    env: { LC_ALL: 'C', TZ: 'UTC', PATH: '/usr/local/bin:/usr/bin:/bin' },
    ...(account === null ? {} : { uid: account.uid, gid: account.gid }),
  }
}

/** Runs one of PostgreSQL's programs to its end. */
export async function run(
  place: Place,
  program: string,
  parameters: readonly string[],
): Promise<{ code: number | null; output: string }> {
  const child = spawn(program, [...parameters], { ...childOptions(place), stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  const keep = (chunk: Buffer): void => void (output += chunk.toString())
  child.stdout.on('data', keep)
  child.stderr.on('data', keep)
  try {
    await once(child, 'close')
  } catch (error) {
    throw new EmbeddedDatabaseError(`${program} cannot be run`, { cause: error })
  }
  return { code: child.exitCode, output }
}

/** One password for good: the first process to need it makes it, in one step, and all others read that. */
function keepPassword(place: Place, file: string): string {
  if (!existsSync(file)) {
    const making = `${file}.${randomUUID()}`
    writeFileSync(making, randomBytes(24).toString('base64url'), { mode: 0o600, flag: 'wx' })
    // `initdb` reads it, as the server's user.
    if (place.account !== null) chownSync(making, place.account.uid, place.account.gid)
    try {
      linkSync(making, file)
    } catch (error) {
      if (!existsSync(file)) throw error
    } finally {
      rmSync(making)
    }
  }
  return readFileSync(file, 'utf8').trim()
}

/** Removes what processes that were killed while making a data folder left behind. */
function removeLeftovers(folder: string): void {
  for (const name of readdirSync(folder)) {
    const pid = /^data\.(\d+)$/.exec(name)?.[1]
    if (pid !== undefined && (Number(pid) === process.pid || !exists(Number(pid)))) {
      rmSync(join(folder, name), { recursive: true, force: true })
    }
  }
}

async function requireSameVersion(place: Place, binaries: Binaries, data: string): Promise<void> {
  const made = readFileSync(join(data, 'PG_VERSION'), 'utf8').trim()
  const { output } = await run(place, binaries.postgres, ['--version'])
  const ours = /(\d+)\.\d+/.exec(output)?.[1]
  if (made === ours) return
  throw new EmbeddedDatabaseError(
    `${data} was made by PostgreSQL ${made}, and the embedded one is ${ours ?? `unknown (${output.trim()})`}; move the folder away to begin anew (everything is read again from the providers), or set DATABASE_URL`,
  )
}
