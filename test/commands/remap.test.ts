import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { openLocks } from '../../ingest/locks.ts'
import { buildProgram, type Program } from '../e2e/program.ts'
import { SOON } from '../setup/soon.ts'
import { openTestStore, type TestStore } from '../setup/store.ts'
import { at, batch, makeIntegration, upsert } from '../store/records.ts'

let program: Program
let held: TestStore
let integrationId: string

beforeAll(async () => {
  program = await buildProgram()
  held = await openTestStore()
  const owner = { provider: 'zendesk', workspaceId: held.workspaceId }
  integrationId = (await makeIntegration(held.store.database, owner)).integrationId
})
afterAll(async () => {
  await held?.[Symbol.asyncDispose]()
  await program?.[Symbol.asyncDispose]()
})

async function remap(...words: readonly string[]) {
  const keys = `test:${Buffer.alloc(32, 7).toString('base64')}`
  const run = program.run('remap', { DATABASE_URL: held.url, SWITCHBOARD_KEYS: keys }, words)
  return { code: await run.ended, lines: run.lines }
}

const tags = (): Promise<unknown[]> => held.store.database.system.query('select name from tag order by name')

const say = (...changes: Parameters<typeof batch>[2]) => held.store.apply(batch(integrationId, 1, changes))

test('reports nothing when nothing is stored, and what became of what is', async () => {
  expect(await remap()).toEqual({ code: 0, lines: ['Nothing is stored.'] })
  await say(
    upsert('tag', 'one', { name: 'once mapped otherwise' }, { native: { name: 'one' } }),
    upsert('tag', 'two', { name: 'two', createdAt: null, updatedAt: null }, { native: { name: 'two' } }),
  )
  const { code, lines } = await remap('--provider', 'zendesk')
  expect(code).toBe(0)
  expect(lines).toContain('KIND  READ  CHANGED  UNCHANGED  FAILED')
  expect(lines).toContain('tag   2     1        1          0')
  expect(await tags()).toEqual([{ name: 'one' }, { name: 'two' }])
})

test('has the words of all texts read again', async () => {
  while (await held.store.words.learn());
  const { code } = await remap('--provider', 'zendesk')
  expect(code).toBe(0)
  expect(await held.store.words.learn()).toBe(true)
})

test('ends with 1 when a record stays as it was, and says which', async () => {
  await say(upsert('team', '7', {}, { native: { id: 7 } }))
  const { code, lines } = await remap('--kind', 'team')
  expect(code).toBe(1)
  expect(lines).toContain('team  1     0        0          1')
  expect(lines.join('\n')).toContain('7 stays as it was')
})

test.each([
  [['--provider', 'acme'], 'there is no provider acme; there are '],
  [['--kind', 'tickets'], 'How it is written: remap --help'],
])('ends with 2 when it cannot be followed: %s', async (words, sentence) => {
  const { code, lines } = await remap(...words)
  expect(code).toBe(2)
  expect(lines.join('\n')).toContain(sentence)
})

test('tells how it is written', async () => {
  const { code, lines } = await remap('--help')
  expect(code).toBe(0)
  expect(lines[0]).toContain('Usage')
})

test('leaves the work to a run that is under way', async () => {
  await using locks = openLocks(held.url)
  await using lock = await locks.tryTake('remap')
  expect(lock).not.toBeNull()
  const { code, lines } = await remap()
  expect(code).toBe(1)
  expect(lines.join('\n')).toContain('another run is under way')
})

test('goes on where it was killed', async () => {
  const COUNT = 2_000
  const many = Array.from({ length: COUNT }, (_, n) =>
    upsert('company', `c${n}`, { name: 'once' }, { native: { id: `c${n}`, name: `Company ${n}` }, version: at(1) }),
  )
  await say(...many)
  const position = async (): Promise<{ readonly read: number } | undefined> =>
    (await held.store.database.system.query<{ read: number }>('select read from remap_position where read > 0'))[0]
  const keys = `test:${Buffer.alloc(32, 7).toString('base64')}`
  const killed = program.run('remap', { DATABASE_URL: held.url, SWITCHBOARD_KEYS: keys }, ['--kind', 'company'])
  await vi.waitFor(async () => expect(await position()).toBeDefined(), { ...SOON, interval: 1 })
  await killed.end('SIGKILL')
  const { code, lines } = await remap('--kind', 'company')
  expect(code).toBe(0)
  expect(lines).toContain(`company  ${COUNT}  ${COUNT}     0          0`)
  const left = await held.store.database.system.query(
    `select 1 from company where name <> 'Company ' || substr(remote_id, 2)`,
  )
  expect(left).toEqual([])
  expect(await position()).toBeUndefined()
})
