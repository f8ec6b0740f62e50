import { randomBytes, randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { AuthorizeIntegrationDocument, ViewerDocument } from '../../schema/operations.ts'
import { decideAt } from '../contract/intercom-consent.ts'
import { makeTestDatabase } from '../setup/database.ts'
import { testServers } from '../setup/servers.ts'
import { SOON } from '../setup/soon.ts'
import { type Client, openClient } from './client.ts'
import { buildProgram, freePort, type Process, type Program } from './program.ts'
import { statusOf } from './status-of.ts'
import { theIntegration } from './syncing.ts'

const ROLES = ['twins', 'subgraphs', 'ingest', 'gateway'] as const
type Role = (typeof ROLES)[number]

const urls = new Map<Role, string>()
const opened = new AsyncDisposableStack()
let program: Program
let ingest: Process
let gateway: Process
let client: Client
let start: (role: Role) => Promise<Process>

const urlOf = (role: Role): string => urls.get(role) ?? ''

/** The token that a gateway greets with, once it does. */
const greeted = ({ lines }: Process): Promise<string> =>
  vi.waitFor(() => {
    const token = /^ {2}Token +(\S+)$/m.exec(lines.join('\n'))?.[1]
    if (token === undefined) throw new Error('the gateway has not greeted yet')
    return token
  }, SOON)

beforeAll(async () => {
  program = opened.use(await buildProgram())
  const { url, drop } = await makeTestDatabase(testServers[0], 'empty')
  opened.defer(drop)
  for (const role of ROLES) urls.set(role, `http://127.0.0.1:${await freePort()}`)
  // What .env.example asks for, and where things are, since this machine's own ports may be taken.
  const settings = {
    DATABASE_URL: url,
    SWITCHBOARD_HOME: join(program.folder, randomUUID()),
    SWITCHBOARD_KEYS: `e2e:${randomBytes(32).toString('base64')}`,
    SWITCHBOARD_DEMO: '1',
    SWITCHBOARD_DEMO_PROVIDERS: 'intercom',
    SWITCHBOARD_TWINS_URL: urlOf('twins'),
    SWITCHBOARD_INGEST_URL: urlOf('ingest'),
    SWITCHBOARD_SUBGRAPHS_URL: urlOf('subgraphs'),
    SWITCHBOARD_ORIGINS: 'https://desk.example',
  }
  start = async (role) => {
    const process = program.run(role, { ...settings, PORT: new URL(urlOf(role)).port })
    opened.defer(async () => void (await process.end('SIGTERM')))
    await process.listening()
    return process
  }
  ;[gateway, ingest] = await Promise.all([start('gateway'), start('ingest'), start('subgraphs')])
  client = openClient(urlOf('gateway'), await greeted(gateway))
})

afterAll(() => opened.disposeAsync())

test('ingest says that the simulated provider is not there, and connects it when it comes', async () => {
  const said = (words: string): void => expect(ingest.lines.join('\n')).toContain(words)
  await vi.waitFor(() => said(`the simulated Intercom at ${urlOf('twins')} does not answer`), SOON)
  await start('twins')
  await vi.waitFor(() => said(`the simulated Intercom at ${urlOf('twins')} is connected`), SOON)
  expect((await theIntegration(client)).status).toBe('ACTIVE')
})

test('the simulated provider tells of its health without a token, and of nothing else', async () => {
  for (const path of ['/health/live', '/health/ready']) expect(await statusOf(urlOf('twins') + path)).toBe(200)
  expect(await statusOf(`${urlOf('twins')}/me`)).toBe(401)
})

test('a person who signs in at the provider comes back to where it was sent, and is connected', async () => {
  const input = { provider: 'INTERCOM', name: 'By sign-in' } as const
  const { authorizeIntegration } = await client.ask(AuthorizeIntegrationDocument, { input })
  const returned = await decideAt(authorizationUrlOf(authorizeIntegration), 'allow')
  expect(returned.origin).toBe(urlOf('ingest'))
  const page = await fetch(returned)
  expect(await page.text()).toContain('is connected')
  expect(page.status).toBe(200)
})

function authorizationUrlOf({ url }: { readonly url?: string | null }): string {
  if (url == null) throw new Error('no address to sign in at')
  return url
}

test('a gateway that starts again greets with the same token, and it still opens', async () => {
  const before = await greeted(gateway)
  expect(await gateway.end('SIGTERM')).toBe(0)
  gateway = await start('gateway')
  expect(await greeted(gateway)).toBe(before)
  expect((await client.ask(ViewerDocument, {})).viewer.member?.role).toBe('OWNER')
})

test('pages may ask from the domains that are set, and from no other', async () => {
  const allowed = async (origin: string): Promise<string | null> => {
    const headers = { origin, 'access-control-request-method': 'POST' }
    const answer = await fetch(`${urlOf('gateway')}/graphql`, { method: 'OPTIONS', headers })
    return answer.headers.get('access-control-allow-origin')
  }
  expect(await allowed('https://desk.example')).toBe('https://desk.example')
  expect(await allowed('http://localhost:3000')).toBeNull()
})
