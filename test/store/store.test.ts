import { expect, test } from 'vitest'
import { DatabaseUnavailableError, VaultError } from '../../store/errors.ts'
import { openStore } from '../../store/store.ts'
import { makeKey } from '../setup/store.ts'
import { makeHome } from './embedded/homes.ts'
import { noneNaming, processesNaming } from './embedded/processes.ts'

const log = (): void => undefined

test('starts PostgreSQL when none is given, keeps what it is told, and leaves nothing running', async () => {
  using home = makeHome(null)
  const options = { databaseUrl: null, home: home.path, keys: [makeKey()], log }
  {
    await using store = await openStore(options)
    await store.workspaces.ensure('Acme')
    expect(processesNaming(home.path)).not.toEqual([])
  }
  await noneNaming(home.path)
  await using again = await openStore(options)
  expect(await again.database.system.query('select name from workspace')).toEqual([{ name: 'Acme' }])
})

test('starts nothing with keys that are none', async () => {
  using home = makeHome(null)
  await expect(openStore({ databaseUrl: null, home: home.path, keys: [], log })).rejects.toThrow(VaultError)
  expect(processesNaming(home.path)).toEqual([])
})

test('says that a database it was given does not answer', async () => {
  const options = { databaseUrl: 'postgres://x@127.0.0.1:1/x', home: '/nonexistent', keys: [makeKey()], log }
  await expect(openStore(options)).rejects.toThrow(DatabaseUnavailableError)
})
