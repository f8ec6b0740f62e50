import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { VaultError } from '../../store/errors.ts'
import { keepKey } from '../../store/key-file.ts'

let home: string
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'switchboard-key-'))
})
afterEach(() => rm(home, { recursive: true }))

test('makes one key for good, also when many ask at once', async () => {
  const keys = await Promise.all(Array.from({ length: 8 }, () => keepKey(home)))
  const [first] = keys
  expect(first?.key).toHaveLength(32)
  for (const key of keys) expect(key).toEqual(first)
  expect(await keepKey(home)).toEqual(first)
  expect(await readdir(home)).toEqual(['key'])
})

test('keeps the key from everybody else', async () => {
  await keepKey(home)
  expect((await stat(join(home, 'key'))).mode & 0o777).toBe(0o600)
})

test('refuses a file that holds no key, and leaves it as it is', async () => {
  await writeFile(join(home, 'key'), 'not a key')
  await expect(keepKey(home)).rejects.toThrow(VaultError)
  expect(await readFile(join(home, 'key'), 'utf8')).toBe('not a key')
})
