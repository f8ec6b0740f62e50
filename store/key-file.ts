import { randomBytes, randomUUID } from 'node:crypto'
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { VaultError } from './errors.ts'
import type { Key } from './vault.ts'

const KEY_BYTES = 32

/**
 * The key of an installation that was given none: made once, and kept in `home/key`, readable by its owner only.
 *
 * Several processes at once end with one key.
 *
 * @throws VaultError the file is there and holds no key
 */
export async function keepKey(home: string): Promise<Key> {
  const file = join(home, 'key')
  await mkdir(home, { recursive: true })
  const making = `${file}.${randomUUID()}`
  await writeFile(making, randomBytes(KEY_BYTES).toString('base64'), { mode: 0o600, flag: 'wx' })
  try {
    // Of many that link at once, one wins; a file that is there stays.
    await link(making, file)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  } finally {
    await rm(making)
  }
  const key = Buffer.from(await readFile(file, 'utf8'), 'base64')
  if (key.length !== KEY_BYTES) throw new VaultError(`${file}: expected a key of 32 bytes in base64`)
  return { id: 'home', key }
}
