import { spawnSync } from 'node:child_process'
import { readFileSync, statSync } from 'node:fs'

/** A user of this machine, by number. */
export interface Account {
  readonly uid: number
  readonly gid: number
  readonly name: string
}

/** Users that exist on about every system and own nothing of worth. */
const POWERLESS = ['nobody', 'daemon']
const LARGEST_ID = 2 ** 31 - 1

/**
 * The user that PostgreSQL has to run as; null when that is us.
 *
 * PostgreSQL refuses to run as root. Root therefore hands it to whoever owns the folder, and to a powerless user when
 * that is root as well. Only users in /etc/passwd will do, because `initdb` looks its own up.
 */
export function accountFor(folder: string): Account | null {
  if (process.getuid?.() !== 0) return null
  const accounts = readAccounts()
  const owner = statSync(folder, { throwIfNoEntry: false })?.uid ?? 0
  return (
    accounts.find((account) => account.uid === owner) ??
    POWERLESS.map((name) => accounts.find((account) => account.name === name)).find((found) => found !== undefined) ??
    accounts[0] ??
    null
  )
}

/** Whether the account may do what `test` calls `-x` (enter, run) or `-w` (write) at the path. Null is ourselves. */
export function may(account: Account | null, what: '-x' | '-w', path: string): boolean {
  const asked = spawnSync('/bin/sh', ['-c', 'test "$1" "$2"', 'sh', what, path], {
    cwd: '/',
    stdio: 'ignore',
    ...(account === null ? {} : { uid: account.uid, gid: account.gid }),
  })
  return asked.status === 0
}

/** Every account but root. */
function readAccounts(): readonly Account[] {
  return readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => {
      const [name = '', , uid, gid] = line.split(':')
      return { name, uid: Number(uid), gid: Number(gid) }
    })
    .filter(({ uid, gid }) => uid > 0 && uid <= LARGEST_ID && gid > 0 && gid <= LARGEST_ID)
}
