import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { tellFirstSync } from '../../demo/progress.ts'
import { demoToken } from '../../demo/workspace.ts'
import type { EventLog } from '../../store/events.ts'
import type { Integration } from '../../store/integrations.ts'
import { SOON } from '../setup/soon.ts'
import { makeKey, openTestStore, type TestStore } from '../setup/store.ts'

let own: TestStore
let integration: Integration
const stopping = new AbortController()
const streams = ['contacts', 'tickets']

beforeAll(async () => {
  own = await openTestStore()
  integration = await connect('a')
})

const connect = (accountId: string): Promise<Integration> =>
  own.store.integrations.create({
    workspaceId: own.workspaceId,
    provider: 'intercom',
    name: 'Desk',
    settings: { baseUrl: null, region: null, domain: null, actorRemoteId: null },
    account: { id: accountId, name: 'Desk', region: null, actorRemoteId: null },
  })

afterAll(async () => {
  stopping.abort()
  await own?.[Symbol.asyncDispose]()
})

const runs = () => own.store.syncRuns

async function finish(stream: string, integrationId = integration.id): Promise<void> {
  const { id } = await runs().start(integrationId, stream, 'FULL')
  await runs().progress(id, { read: 1_200, changed: 1_200, total: 1_200 })
  await runs().finish(id, { status: 'DONE', error: null })
}

test('tells how far each stream is until all were read, and after a restart nothing', async () => {
  await finish('contacts')
  const lines: string[] = []
  const say = (line: string): number => lines.push(line)
  const told = tellFirstSync(own.store, { ...integration, streams }, { say, signal: stopping.signal })
  await vi.waitFor(() => expect(lines).toEqual(['contacts: 1,200 of 1,200 read, done']), SOON)
  await finish('tickets')
  // As ingest does when a sync gets on.
  await own.store.integrations.touch(integration.id)
  await told
  expect(lines.at(-1)).toBe('tickets: 1,200 of 1,200 read, done')

  const again: string[] = []
  const run = await runs().start(integration.id, 'contacts', 'INCREMENTAL')
  await runs().progress(run.id, { read: 3, changed: 0, total: null })
  await tellFirstSync(
    own.store,
    { ...integration, streams },
    { say: (line) => again.push(line), signal: stopping.signal },
  )
  expect(again).toEqual([])
})

test('hears of what ends while it looks for the first time', async () => {
  const another = await connect('b')
  const { store } = own
  const events: EventLog = { ...store.events, follow: (wanted) => followLate(store.events, wanted) }
  const syncRuns: typeof store.syncRuns = {
    ...store.syncRuns,
    async latest(id) {
      const found = await store.syncRuns.latest(id)
      if (found.length > 0) return found
      await finish('contacts', another.id)
      await store.integrations.touch(another.id)
      return found
    },
  }
  const lines: string[] = []
  const told = { say: (line: string) => lines.push(line), signal: stopping.signal }
  await tellFirstSync({ ...store, events, syncRuns }, { ...another, streams: ['contacts'] }, told)
  expect(lines).toEqual(['contacts: 1,200 of 1,200 read, done'])
})

/** As late as an event log may begin to follow: when somebody waits for its start, or for an event. */
function followLate(log: EventLog, wanted: Parameters<EventLog['follow']>[0]): ReturnType<EventLog['follow']> {
  let begun: ReturnType<EventLog['follow']> | undefined
  const begin = () => (begun ??= log.follow(wanted))
  const late: ReturnType<EventLog['follow']> = {
    get started() {
      return begin().started
    },
    next: () => begin().next(),
    return: () => begin().return(),
    [Symbol.asyncIterator]: () => late,
  }
  return late
}

test('processes with the same keys make the same token, and others another', () => {
  const [first, second] = [makeKey(), makeKey()]
  expect(demoToken([first, second])).toBe(demoToken([first]))
  expect(demoToken([second])).not.toBe(demoToken([first]))
  expect(demoToken([first])).toMatch(/^swb_demo_[\w-]{43}$/)
})
