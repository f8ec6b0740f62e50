import { chmodSync, chownSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RunAs } from './processes.ts'

/** A fresh home of an embedded server; disposing deletes it. */
export interface Home extends Disposable {
  readonly path: string
  /** Where the server's own things are, when the home can hold them. */
  readonly folder: string
}

/** A user without rights, on every Linux. */
export const NOBODY: RunAs = { uid: 65_534, gid: 65_534 }

/** As whom the launcher is tried: root is tried when we are root, a plain user always. */
export const IDENTITIES: readonly { readonly name: string; readonly runAs: RunAs | null }[] =
  process.getuid?.() === 0
    ? [
        { name: 'as root', runAs: null },
        { name: 'as a plain user', runAs: NOBODY },
      ]
    : [{ name: 'as a plain user', runAs: null }]

/** Makes a home that belongs to whom the child runs as. */
export function makeHome(owner: RunAs | null): Home {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'switchboard-home-')))
  chmodSync(path, 0o755)
  if (owner !== null) chownSync(path, owner.uid, owner.gid)
  return {
    path,
    folder: join(path, 'postgres'),
    [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }),
  }
}
