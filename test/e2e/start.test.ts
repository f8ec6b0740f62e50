import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ConversationsDocument } from '../../schema/operations.ts'
import { openClient } from './client.ts'
import { openDesk } from './desk.ts'
import { writeAndHear } from './journey.ts'
import { buildProgram, type Program } from './program.ts'
import { TOKEN } from './site.ts'
import { waitForSync } from './syncing.ts'

let program: Program

beforeAll(async () => {
  program = await buildProgram()
})

afterAll(() => program?.[Symbol.asyncDispose]())

test('tells all settings that cannot be used in one list, and ends with 1', async () => {
  const refused = program.run('gateway', { PORT: 'many', LOG_LEVEL: 'loud', SWITCHBOARD_KEYS: 'a:b' })
  expect(await refused.ended).toBe(1)
  expect(refused.lines[0]).toBe('these settings cannot be used:')
  const named = refused.lines.slice(1).map((line) => /^ {2}- (\w+):/.exec(line)?.[1] ?? line)
  expect(new Set(named)).toEqual(new Set(['DATABASE_URL', 'LOG_LEVEL', 'PORT', 'SWITCHBOARD_KEYS']))
})

test.each([
  ['a role', 'twins', 'PORT'],
  ['the simulated provider of the demo', 'all', 'SWITCHBOARD_TWINS_PORT'],
] as const)('says that the port of %s is taken, and which setting chooses another', async (_what, role, setting) => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const { port } = other.address() as AddressInfo
  const refused = program.run(role, { SWITCHBOARD_HOME: join(program.folder, 'home'), [setting]: String(port) })
  const code = await refused.ended
  other.close()
  expect(code).toBe(1)
  expect(refused.lines.at(-1)).toBe(`port ${port} is taken: end what listens there, or set ${setting} to another`)
})

test('with no setting at all runs the whole demo on a database of its own, and refuses to share its folder', async () => {
  const settings = { SWITCHBOARD_HOME: join(program.folder, 'home'), SWITCHBOARD_DEMO_TOKEN: TOKEN }
  const first = program.run('all', settings)
  const url = await first.listening()
  const second = program.run('all', settings)
  expect(await second.ended).toBe(1)
  expect(second.lines.at(-1)).toMatch(/is in use by process \d+; stop that one first, or set SWITCHBOARD_HOME/)

  // The greeting names the simulated providers, the first of them first, whose people are at work already.
  const [, twin = ''] = /(http:\S+)\/__twin/.exec(first.lines.join('\n')) ?? []
  const client = openClient(url, TOKEN)
  const desk = openDesk(twin)
  await waitForSync(client)
  expect(first.lines.filter((line) => /first sync {2}\w+ \w+: .* read, done$/.test(line)).length).toBeGreaterThan(0)
  const { conversations } = await client.ask(ConversationsDocument, { first: 1 })
  expect(conversations.totalCount).toBeGreaterThanOrEqual(2_500)
  const { heard, expected } = await writeAndHear(client, desk)
  expect(heard).toMatchObject(expected)
  expect(await first.end('SIGTERM')).toBe(0)
}, 600_000)
