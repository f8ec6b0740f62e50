import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { DEMO_ACCESS_TOKEN } from '../../demo/simulated.ts'
import { openDatabase } from '../../store/database.ts'
import { startIntercomTwin } from '../../twins/intercom/index.ts'
import { makeTestDatabase } from '../setup/database.ts'
import { testServers } from '../setup/servers.ts'
import { LATER } from '../setup/soon.ts'
import { standBetween } from './between.ts'
import { openClient } from './client.ts'
import { openDesk } from './desk.ts'
import { someConversation } from './journey.ts'
import { buildProgram, type Program } from './program.ts'
import { APP, TOKEN } from './site.ts'
import { waitForSync } from './syncing.ts'

let program: Program
beforeAll(async () => {
  program = await buildProgram()
})
afterAll(() => program?.[Symbol.asyncDispose]())

interface Sent {
  readonly data: Readonly<Record<string, { readonly send: { readonly id: string; readonly state: string } }>>
}
interface Read {
  readonly data: { readonly sends: { readonly nodes: readonly { state: string; attempts: number }[] } }
}

async function post<Answer>(url: string, query: string): Promise<Answer> {
  const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' }
  const response = await fetch(`${url}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query }) })
  return (await response.json()) as Answer // as the query asks
}

test('kill -9 between a call and its answer sends nothing twice, and loses nothing that waited', async () => {
  await using twin = await startIntercomTwin({
    ...APP,
    accessToken: DEMO_ACCESS_TOKEN,
    contacts: 30,
    companies: 2,
    conversations: 40,
    tickets: 2,
  })
  await using between = await standBetween(twin.url)
  const { url: DATABASE_URL, drop } = await makeTestDatabase(testServers[0], 'empty')
  const settings = {
    DATABASE_URL,
    SWITCHBOARD_DEMO: '1',
    SWITCHBOARD_DEMO_PROVIDERS: 'intercom',
    SWITCHBOARD_DEMO_TOKEN: TOKEN,
    SWITCHBOARD_INTERCOM_URL: between.url,
    SWITCHBOARD_KEYS: `e2e:${randomBytes(32).toString('base64')}`,
    SWITCHBOARD_HOME: join(program.folder, 'none'),
  }
  const first = program.run('all', settings)
  const url = await first.listening()
  const client = openClient(url, TOKEN)
  await waitForSync(client)
  const { id, remoteId, contact } = await someConversation(client)
  const said = ['At the provider when we died.', 'Waiting when we died.']
  const [at = '', waiting = ''] = said
  const ask = async (name: string, input: string): Promise<string | undefined> => {
    const sent = await post<Sent>(url, `mutation { ${name}(input: { ${input}, waitMs: 0 }) { send { id state } } }`)
    return sent.data[name]?.send.state
  }
  const asked = (words: string) => [
    ['/reply', 'sendMessage', `conversationId: "${id}", body: "${words}"`],
    ['/tickets', 'createTicket', `contactId: "${contact?.id}", subject: "${words}"`],
  ]
  for (const [path = '', name = '', input = ''] of asked(at)) {
    const held = between.hold({ path, the: 'answer' })
    expect(await ask(name, input)).toBe('QUEUED')
    await held
  }
  for (const [, name = '', input = ''] of asked(waiting)) expect(await ask(name, input)).toBe('QUEUED')
  expect(await first.end('SIGKILL')).toBeNull()

  between.release()
  await using database = await openDatabase({ url: DATABASE_URL })
  // As if the minute were over for which the dead process had it.
  await database.system.query(`update send set leased_until = now() where state = 'SENDING'`)
  const last = program.run('all', settings)
  const next = await last.listening()
  await vi.waitFor(async () => {
    const { data } = await post<Read>(next, '{ sends(first: 10) { nodes { state attempts } } }')
    expect(data.sends.nodes).toEqual(Array.from({ length: 4 }, () => ({ state: 'SENT', attempts: 1 })))
  }, LATER)
  const desk = openDesk(twin.url)
  const { messages } = await desk.conversation(remoteId)
  expect(messages.map(({ text }) => text).filter((text) => said.includes(text))).toEqual(said)
  const tickets = await Promise.all((await desk.ids('tickets')).map((ticket) => desk.ticket(ticket)))
  expect(tickets.map(({ subject }) => subject ?? '').filter((subject) => said.includes(subject))).toEqual(said)
  expect(await last.end('SIGTERM')).toBe(0)
  await drop()
}, 300_000)
