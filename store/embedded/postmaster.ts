import { spawnSync } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'

/** A running server, as it describes itself in `postmaster.pid`. */
export interface Postmaster {
  readonly pid: number
  readonly port: number
  /** Empty on Windows. */
  readonly socketFolder: string
  /** Empty when it listens on its unix socket only. */
  readonly host: string
  readonly status: 'starting' | 'stopping' | 'ready' | 'standby' | 'unknown'
}

const STATUSES = ['starting', 'stopping', 'ready', 'standby'] as const

/**
 * Finds the server that runs on a data folder; null when none does.
 *
 * A `postmaster.pid` whose process is gone is PostgreSQL's own business. One whose number now belongs to another
 * program (after a reboot, or in a new container) is removed here, because PostgreSQL would refuse to start.
 */
export function findPostmaster(data: string): Postmaster | null {
  const file = join(data, 'postmaster.pid')
  const postmaster = read(file)
  if (postmaster === null || !exists(postmaster.pid)) return null
  if (isServer(postmaster.pid)) return postmaster
  rmSync(file, { force: true })
  return null
}

/** Whether a process has that number; a finished one that nobody has collected yet does not count. */
export function exists(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
  return process.platform !== 'linux' || commandOf(pid) !== ''
}

/** Lines: pid, data folder, start time, port, socket folder, host, shared memory, status. Source: PostgreSQL's pidfile.h. */
function read(file: string): Postmaster | null {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
  const lines = text.split('\n').map((line) => line.trim())
  const pid = Number(lines[0])
  if (!Number.isSafeInteger(pid) || pid <= 0) return null
  return {
    pid,
    port: Number(lines[3] ?? 0),
    socketFolder: lines[4] ?? '',
    host: lines[5] ?? '',
    status: STATUSES.find((status) => status === lines[7]) ?? 'unknown',
  }
}

/** In doubt it is one: taking a live server's lock file away would let two write one folder. */
const isServer = (pid: number): boolean => process.platform === 'win32' || commandOf(pid).includes('postgres')

/** The command line of a process; empty when it has none (any more). */
function commandOf(pid: number): string {
  if (process.platform !== 'linux')
    return spawnSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).stdout
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
  } catch {
    return ''
  }
}
