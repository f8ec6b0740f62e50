import { createHash } from 'node:crypto'
import { chmodSync, chownSync, existsSync, lstatSync, mkdirSync, mkdtempSync, realpathSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { EmbeddedDatabaseError } from '../errors.ts'
import { type Account, accountFor, may } from './account.ts'

/** Where an embedded server lives, and whom it runs as. */
export interface Place {
  /**
   * Holds the data, the password and the log. It is ours when the server runs as a powerless user: root writes no file
   * in a folder where somebody else could put a link in its way.
   */
  readonly folder: string
  /** Null when the server runs as ourselves. */
  readonly account: Account | null
}

/** Places for a database that no home can hold, in the order tried; only root needs them. */
const ELSEWHERE = ['/var/lib/switchboard', '/usr/local/var/switchboard', '/var/tmp/switchboard']

/** A unix socket's path fits in 103 bytes everywhere (macOS; Linux has 107). PostgreSQL adds `/.s.PGSQL.5432`. */
const LONGEST_SOCKET_FOLDER = 103 - '/.s.PGSQL.5432'.length

/**
 * Chooses and makes the folder of the server that belongs to `home`.
 *
 * It is `home/postgres`, unless we are root and the user that the server runs as cannot get there (`/root` is closed
 * to it): then a folder elsewhere, the same one every time, and `log` is told.
 *
 * @throws EmbeddedDatabaseError when there is no such place
 */
export function choosePlace(home: string, log: (line: string) => void): Place {
  makeFolder(resolve(home), 0o755)
  const real = realpathSync(home)
  const folder = join(real, 'postgres')
  const data = join(folder, 'data')
  const account = accountFor(existsSync(data) ? data : real)
  if (account === null) {
    if (process.getuid?.() === 0) {
      throw new EmbeddedDatabaseError(
        'PostgreSQL refuses to run as root, and this system has no other user; run Switchboard as a plain user, or set DATABASE_URL',
      )
    }
    return { folder: makeOwned(folder, null), account }
  }
  if (may(account, '-x', real)) {
    // In a home of its own the user keeps the folder, and can later run the server without root.
    const owner = lstatSync(real).uid === account.uid ? account : null
    return { folder: makeOwned(folder, owner), account }
  }
  if (existsSync(data)) {
    throw new EmbeddedDatabaseError(
      `${folder} holds a database that its user ${account.name} can no longer reach; open the folders above it to ${account.name}, or move it and set SWITCHBOARD_HOME`,
    )
  }
  const elsewhere = chooseElsewhere(real, account)
  log(`embedded PostgreSQL: its user ${account.name} cannot reach ${real}, so the database is kept in ${elsewhere}`)
  return { folder: elsewhere, account }
}

/** The folder of the server's socket, owned by the server's user: beside the data, unless that path is too long for a socket. */
export function chooseSocketFolder({ folder, account }: Place): string {
  const beside = join(folder, 'run')
  if (Buffer.byteLength(beside) <= LONGEST_SOCKET_FOLDER) return makeClosed(beside, account)
  try {
    return makeClosed(join(tmpdir(), `switchboard-${fingerprint(folder)}`), account)
  } catch {
    // Somebody else's folder stands there: take one that cannot be.
    return makeClosed(mkdtempSync(join(tmpdir(), 'switchboard-')), account)
  }
}

/** Makes an empty folder that only the account can use. */
export function makeClosed(folder: string, account: Account | null): string {
  makeFolder(folder, 0o700)
  claim(folder, account)
  chmodSync(folder, 0o700)
  return folder
}

function chooseElsewhere(home: string, account: Account): string {
  for (const parent of ELSEWHERE) {
    try {
      makeFolder(parent, 0o755)
      const folder = makeOwned(join(parent, fingerprint(home)), null)
      if (may(account, '-x', folder)) return folder
    } catch {
      // Not to be had: the next one is tried, and the sentence below names them all.
    }
  }
  throw new EmbeddedDatabaseError(
    `PostgreSQL has to run as ${account.name}, who cannot reach ${home}, nor ${ELSEWHERE.join(', ')}; set SWITCHBOARD_HOME to a folder that ${account.name} can reach, or set DATABASE_URL`,
  )
}

/** Makes a folder that others can pass through and no more. */
function makeOwned(folder: string, owner: Account | null): string {
  makeFolder(folder, 0o711)
  claim(folder, owner)
  chmodSync(folder, 0o711)
  return folder
}

/** Gives the folder to its owner (null: to us), if it is ours to give: one that a stranger made beforehand is refused. */
function claim(folder: string, owner: Account | null): void {
  const found = lstatSync(folder)
  const us = process.getuid?.() ?? found.uid
  const theirs = found.uid === us || found.uid === owner?.uid
  if (!found.isDirectory() || !theirs) {
    throw new EmbeddedDatabaseError(
      `${folder} belongs to another user (uid ${found.uid}); remove it, or set SWITCHBOARD_HOME`,
    )
  }
  if (owner !== null) chownSync(folder, owner.uid, owner.gid)
}

function makeFolder(folder: string, mode: number): void {
  try {
    mkdirSync(folder, { recursive: true, mode })
  } catch (error) {
    throw new EmbeddedDatabaseError(
      `${folder} cannot be made; set SWITCHBOARD_HOME to a folder that can be written, or set DATABASE_URL`,
      {
        cause: error,
      },
    )
  }
}

const fingerprint = (path: string): string => createHash('sha256').update(path).digest('hex').slice(0, 12)
