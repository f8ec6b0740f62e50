import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { onServer } from '../../setup/server-url.ts'
import { hold, noneNaming, processesNaming, serverPid, spawnChild, startChild, watchdogs } from './processes.ts'
import { IDENTITIES, makeHome, NOBODY } from './homes.ts'
import { copyProgram } from './program-copy.ts'

const remember = (url: string, text: string): Promise<unknown> =>
  onServer(url, async (client) => {
    await client.query('create table remembered (text text)')
    await client.query('insert into remembered values ($1)', [text])
  })

const recall = (url: string): Promise<unknown> =>
  onServer(url, async (client) => (await client.query('select text from remembered')).rows)

test.each(IDENTITIES)('runs $name, and stops without leaving a process or a socket', async ({ runAs }) => {
  using home = makeHome(runAs)
  const child = await startChild(home.path, runAs)
  expect(child).toMatchObject({ failure: null, logged: [] })
  await remember(child.url ?? '', 'kept')
  const listening = await onServer(child.url ?? '', (client) => client.query('show listen_addresses'))
  expect(listening.rows).toEqual([{ listen_addresses: '' }])
  await child.stop()
  await noneNaming(home.path)
  expect(readdirSync(join(home.folder, 'run'))).toEqual([])

  await using again = await startChild(home.path, runAs)
  expect(await recall(again.url ?? '')).toEqual([{ text: 'kept' }])
})

test.each(IDENTITIES)('adopts $name a server left by a kill', async ({ runAs }) => {
  using home = makeHome(runAs)
  const killed = await startChild(home.path, runAs)
  await remember(killed.url ?? '', 'before the kill')
  const server = serverPid(home.folder)
  // However long the next one takes to start here, it comes before the watchdog has waited long enough.
  const goOn = hold(watchdogs(home.path))
  await killed.kill()

  const next = await startChild(home.path, runAs)
  goOn()
  expect(next.failure).toBeNull()
  expect(next.logged.join()).toContain(`adopted the server that was left running (process ${server})`)
  expect(next.url).toBe(killed.url)
  expect(serverPid(home.folder)).toBe(server)
  expect(await recall(next.url ?? '')).toEqual([{ text: 'before the kill' }])
  // The watchdog of the killed one has seen the new owner, and gone.
  await expect.poll(() => processesNaming(home.path).length).toBe(3)
  expect(serverPid(home.folder)).toBe(server)
  await next.stop()
  await noneNaming(home.path)
})

test('stops the server of a killed process that nobody comes back for', async () => {
  using home = makeHome(null)
  const killed = await startChild(home.path)
  expect(processesNaming(home.path)).toContain(serverPid(home.folder))
  await killed.kill()
  await noneNaming(home.path)
})

test('refuses a second process with a sentence that says what to do', async () => {
  using home = makeHome(null)
  const first = await startChild(home.path)
  const second = await startChild(home.path)
  expect(second.failure).toBe(
    `EmbeddedDatabaseInUseError: the database in ${home.path} is in use by process ${first.pid}; stop that one first, or set SWITCHBOARD_HOME to another folder, or let both use one DATABASE_URL`,
  )
  await second.stop()
  // The refusal did the first no harm.
  await remember(first.url ?? '', 'still here')
  await first.stop()
  await using third = await startChild(home.path)
  expect(await recall(third.url ?? '')).toEqual([{ text: 'still here' }])
})

test('gives a new folder to one of two processes that begin at once', async () => {
  using home = makeHome(null)
  const both = await Promise.all([startChild(home.path), startChild(home.path)])
  const [winner, ...others] = both.filter((child) => child.url !== null)
  expect(others).toEqual([])
  expect(both.map((child) => child.failure).find((failure) => failure !== null)).toContain(
    `is in use by process ${winner?.pid}`,
  )
  for (const child of both) await child.stop()
  await noneNaming(home.path)
})

test('begins anew after a kill in the middle of making the data folder', async () => {
  using home = makeHome(null)
  const { child } = spawnChild(home.path, null)
  const making = (): boolean =>
    existsSync(home.folder) && readdirSync(home.folder).some((name) => /^data\.\d+$/.test(name))
  await expect.poll(making, { interval: 5 }).toBe(true)
  child.kill('SIGKILL')
  await noneNaming(home.path)
  expect(existsSync(join(home.folder, 'data'))).toBe(false)

  await using next = await startChild(home.path)
  expect(next.failure).toBeNull()
  expect(making()).toBe(false)
})

test('starts the server again, at the same address, when it is killed under us', async () => {
  using home = makeHome(null)
  await using child = await startChild(home.path)
  await remember(child.url ?? '', 'written down')
  const first = serverPid(home.folder)
  process.kill(first, 'SIGKILL')
  await expect.poll(() => recall(child.url ?? '').catch(String)).toEqual([{ text: 'written down' }])
  expect(serverPid(home.folder)).not.toBe(first)
})

test('leaves nothing running when it is stopped while it starts the server again', async () => {
  using home = makeHome(null)
  const child = await startChild(home.path)
  process.kill(serverPid(home.folder), 'SIGKILL')
  await child.stop()
  await noneNaming(home.path)
  expect(processesNaming(home.path)).toEqual([])
})

test('runs in a folder with a name that is hard to quote', async () => {
  using home = makeHome(null)
  const odd = join(home.path, `it's "odd", & näm\\ed $HOME`)
  mkdirSync(odd)
  const child = await startChild(odd)
  expect(child.failure).toBeNull()
  await remember(child.url ?? '', 'reached')
  await child.kill()
  await noneNaming(home.path)
  await using again = await startChild(odd)
  expect(await recall(again.url ?? '')).toEqual([{ text: 'reached' }])
})

test('puts the socket elsewhere when the path of the folder is too long for one', async () => {
  using home = makeHome(null)
  const long = join(home.path, 'a-folder-with-a-rather-long-name'.repeat(4))
  mkdirSync(long)
  const child = await startChild(long)
  const socket = new URL(child.url ?? '').searchParams.get('host') ?? ''
  expect(socket.length).toBeLessThan(90)
  await remember(child.url ?? '', 'reached')
  await child.stop()
  expect(existsSync(socket)).toBe(false)
})

describe.runIf(process.getuid?.() === 0)('where some folders are closed to some users', () => {
  test('keeps the database where its user can reach it, and says so, when the folder of root is closed', async () => {
    using home = makeHome(null)
    chmodSync(home.path, 0o700)
    const child = await startChild(home.path)
    expect(child.failure).toBeNull()
    const saying = /^embedded PostgreSQL: its user \w+ cannot reach .*, so the database is kept in (.+)$/
    const folder = saying.exec(child.logged[0] ?? '')?.[1] ?? ''
    try {
      expect(existsSync(join(folder, 'data'))).toBe(true)
      expect(existsSync(home.folder)).toBe(false)
      await remember(child.url ?? '', 'elsewhere')
      await child.stop()
      await using again = await startChild(home.path)
      expect(again.logged).toEqual(child.logged)
      expect(await recall(again.url ?? '')).toEqual([{ text: 'elsewhere' }])
    } finally {
      await child.stop()
      await noneNaming(folder)
      rmSync(folder, { recursive: true })
    }
  })

  test('copies the programs beside the data when node_modules is closed to the user that runs them', async () => {
    using closed = makeHome(null)
    using home = makeHome(null)
    chmodSync(closed.path, 0o700)
    const program = copyProgram(closed.path)
    const first = await startChild(home.path, null, program)
    expect(first).toMatchObject({ failure: null })
    expect(first.logged.join()).toContain(`copying its programs to ${home.folder}/programs-`)
    await remember(first.url ?? '', 'by a copy')
    await first.stop()
    await using again = await startChild(home.path, null, program)
    expect(again).toMatchObject({ failure: null, logged: [] })
    expect(await recall(again.url ?? '')).toEqual([{ text: 'by a copy' }])
  })

  test('tells a plain user whose folder it is, and what to do', async () => {
    using home = makeHome(null)
    const outside = await startChild(home.path, NOBODY)
    expect(outside.failure).toBe(
      `EmbeddedDatabaseError: ${home.folder} cannot be made; set SWITCHBOARD_HOME to a folder that can be written, or set DATABASE_URL`,
    )
    mkdirSync(home.folder)
    const inside = await startChild(home.path, NOBODY)
    expect(inside.failure).toBe(
      `EmbeddedDatabaseError: ${home.folder} belongs to another user (uid 0); remove it, or set SWITCHBOARD_HOME`,
    )
  })
})
