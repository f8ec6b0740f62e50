import { execFile } from 'node:child_process'
import { randomBytes, randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ViewerDocument } from '../../schema/operations.ts'
import { openDatabase } from '../../store/database.ts'
import { openTokens, type Tokens } from '../../store/tokens.ts'
import { openClient } from '../e2e/client.ts'
import { buildProgram, type Program } from '../e2e/program.ts'
import { makeTestDatabase } from '../setup/database.ts'
import { testServers } from '../setup/servers.ts'

interface Outcome {
  readonly code: number | string | null | undefined
  readonly stdout: string
  readonly stderr: string
}

let program: Program

beforeAll(async () => {
  program = await buildProgram()
})

afterAll(() => program?.[Symbol.asyncDispose]())

/** Runs the command to its end, with these settings alone. */
function token(words: readonly string[], settings: Readonly<Record<string, string>>): Promise<Outcome> {
  const env = { PATH: process.env['PATH'] ?? '', ...settings }
  return new Promise((resolve) => {
    const main = [join(program.folder, 'dist/main.js'), 'token', ...words]
    execFile(process.execPath, main, { cwd: program.folder, env }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : error.code, stdout, stderr })
    })
  })
}

const create = (email: string, role: string): readonly string[] =>
  `create --workspace Acme --email ${email} --role ${role} --name board`.split(' ')

describe.each(testServers)('tokens by command, on $name', (server) => {
  let settings: Record<string, string>
  let tokens: Tokens
  const opened = new AsyncDisposableStack()
  const role = async (secret: string): Promise<string | undefined> =>
    (await tokens.authenticate(`Bearer ${secret}`))?.role

  beforeAll(async () => {
    const { url, drop } = await makeTestDatabase(server, 'empty')
    opened.defer(drop)
    settings = { DATABASE_URL: url, SWITCHBOARD_KEYS: `test:${randomBytes(32).toString('base64')}` }
    tokens = openTokens(opened.use(await openDatabase({ url })))
  })

  afterAll(() => opened.disposeAsync())

  test('a new one opens the workspace, and its secret is all that stdout gets', async () => {
    const made = await token(create('Ann@acme.test', 'AGENT'), settings)
    expect(made).toMatchObject({ code: 0, stdout: expect.stringMatching(/^swb_[\w-]{43}\n$/) })
    expect(made.stderr).toContain('ann@acme.test is now AGENT, a new member')
    expect(made.stderr).not.toContain(made.stdout.trim())
    expect(await role(made.stdout.trim())).toBe('AGENT')
  })

  test('another role for a known member is told, and holds for all their tokens', async () => {
    const first = await token(create('bo@acme.test', 'ANALYST'), settings)
    const second = await token([...create('bo@acme.test', 'OWNER'), '--expires', '1h'], settings)
    expect(second.stderr).toContain('was ANALYST and is now OWNER')
    expect(await role(first.stdout.trim())).toBe('OWNER')
    const viewer = await tokens.authenticate(`Bearer ${second.stdout.trim()}`)
    expect((viewer?.expiresAt?.getTime() ?? 0) - Date.now()).toBeLessThanOrEqual(3_600_000)
  })

  test('they are listed without secrets, and a revoked one opens nothing and says so', async () => {
    const made = await token(create('cy@acme.test', 'ADMIN'), settings)
    const secret = made.stdout.trim()
    const listed = await token(['list'], settings)
    const line = listed.stdout.split('\n').find((each) => each.includes('cy@acme.test')) ?? ''
    expect(line.split(/ {2,}/)).toEqual([
      expect.stringMatching(/^[\da-f-]{36}$/),
      'Acme',
      'cy@acme.test',
      'ADMIN',
      'board',
      expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
      'good until it is revoked',
    ])
    expect(listed.stdout).not.toContain(secret)
    const [id = ''] = line.split(' ')
    expect(await token(['revoke', id], settings)).toMatchObject({ code: 0, stdout: '' })
    expect(await role(secret)).toBeUndefined()
    expect((await token(['list'], settings)).stdout).toMatch(new RegExp(`${id}.*revoked \\d{4}`))
    expect((await token(['revoke', id], settings)).stderr).toContain('was revoked on')
  })

  test('one that is not there cannot be revoked, and a word that is not understood is answered with how to write it', async () => {
    for (const id of [randomUUID(), 'board']) {
      expect(await token(['revoke', id], settings)).toMatchObject({ code: 1, stderr: expect.stringContaining(id) })
    }
    const misread = await token(['creat'], settings)
    expect(misread).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('Usage') })
  })
})

test('without a database that answers says so in a sentence', async () => {
  const settings = {
    DATABASE_URL: 'postgres://x@127.0.0.1:1/x',
    SWITCHBOARD_KEYS: `a:${randomBytes(32).toString('base64')}`,
  }
  const { code, stderr } = await token(['list'], settings)
  expect(code).toBe(1)
  expect(stderr.trim().split('\n')).toHaveLength(1)
})

test('uses the embedded database, and says who has it', async () => {
  const settings = { SWITCHBOARD_HOME: join(program.folder, 'home') }
  const made = await token(create('ann@acme.test', 'OWNER'), settings)
  expect(made).toMatchObject({ code: 0, stdout: expect.stringMatching(/^swb_/) })
  const running = program.run('all', { ...settings, SWITCHBOARD_DEMO: '0' })
  const url = await running.listening()
  const client = openClient(url, made.stdout.trim())
  expect((await client.ask(ViewerDocument, {})).viewer).toMatchObject({
    workspace: { name: 'Acme' },
    member: { role: 'OWNER' },
  })
  const refused = await token(['list'], settings)
  expect(refused).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(/in use by process \d+; stop/) })
  expect(await running.end('SIGTERM')).toBe(0)
})
