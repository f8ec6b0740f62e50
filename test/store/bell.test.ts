import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { apply } from '../../store/apply.ts'
import { writeEvents } from '../../store/event-table.ts'
import { openEvents } from '../../store/events.ts'
import { openNatsBell } from '../../store/nats-bell.ts'
import { openProxy } from '../ingest/proxy.ts'
import { bells, natsUrl, openRelayed } from '../setup/bells.ts'
import { openTestDatabase, type TestDatabase } from '../setup/database.ts'
import { SOON } from '../setup/soon.ts'
import { batch, makeIntegration, upsert } from './records.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await openTestDatabase()
})
afterAll(() => db?.[Symbol.asyncDispose]())

async function makeDesk() {
  const { workspaceId, integrationId } = await makeIntegration(db.database)
  let said = 0
  const happen = () => apply(db.database, batch(integrationId, 1, [upsert('company', String((said += 1)))]))
  return { workspaceId, integrationId, happen }
}

describe.each(bells.filter(({ server }) => server === bells[0]?.server))('the bell of $name', ({ open }) => {
  test('rings for everybody who hears it, with the workspace, when events are committed, and not when they are not', async () => {
    await using opened = await open(db)
    const [one, other]: [string[], string[]] = [[], []]
    await using _one = await opened.bell.hear((workspaceId) => one.push(workspaceId))
    const hearing = await opened.bell.hear((workspaceId) => other.push(workspaceId))
    const { workspaceId, integrationId, happen } = await makeDesk()
    const unheard = await makeDesk()
    const thread = { conversationId: null, ticketId: null }
    const draft = {
      integrationId,
      provider: 'intercom',
      kind: 'company',
      op: 'created',
      rowId: randomUUID(),
      ...thread,
    } as const
    const failing = db.database.transaction(null, async (tx) => {
      await writeEvents(tx, unheard.workspaceId, [{ ...draft, origin: 'sync' }])
      throw new Error('not to be')
    })
    await expect(failing).rejects.toThrow('not to be')
    await vi.waitFor(async () => {
      // Who begins to ring rings for everybody at first.
      await happen()
      for (const heard of [one, other]) expect(heard).toContain(workspaceId)
    }, SOON)
    expect(one).not.toContain(unheard.workspaceId)
    await hearing[Symbol.asyncDispose]()
    const before = other.length
    one.length = 0
    await happen()
    await vi.waitFor(() => expect(one).toContain(workspaceId), SOON)
    expect(other).toHaveLength(before)
  })
})

describe.skipIf(natsUrl === null)('the bell over NATS', () => {
  const nats = natsUrl ?? ''

  test('sounds once for what is rung twice under one id', async () => {
    await using bell = openNatsBell({ url: nats, log: () => undefined })
    const heard: string[] = []
    await using _hearing = await bell.hear((workspaceId) => heard.push(workspaceId))
    const [first, second] = [randomUUID(), randomUUID()]
    await vi.waitFor(() => bell.ring?.(first, `${first} 1`), SOON)
    await bell.ring?.(first, `${first} 1`)
    await bell.ring?.(second, `${second} 1`)
    await vi.waitFor(() => expect(heard).toContain(second), SOON)
    expect(heard.filter((each) => each === first)).toHaveLength(1)
  })

  test('while NATS is away nothing is lost, the log says so once, and it rings again when NATS is back', async () => {
    await using proxy = await openProxy(nats)
    const log: string[] = []
    await using opened = openRelayed(db, `nats://127.0.0.1:${new URL(proxy.url).port}`, (line) => log.push(line))
    await using events = openEvents(db.database, undefined, opened.bell)
    const { workspaceId, happen } = await makeDesk()
    const after = await events.latest(workspaceId)
    const stream = events.follow({ workspaceId, after, signal: new AbortController().signal })
    const next = async (): Promise<string | undefined> => (await stream.next()).value?.rowId
    const happened = async (): Promise<string | undefined> => (await happen()).changed[0]?.id
    await vi.waitFor(() => expect(log.join('\n')).toContain('NATS: connected'), SOON)
    expect(await happened()).toBe(await next())
    proxy.cut()
    await vi.waitFor(() => expect(log.join('\n')).toContain('events are looked for every second'), SOON)
    for (let round = 0; round < 3; round++) expect(await happened()).toBe(await next())
    expect(log.filter((line) => line.startsWith('NATS: the connection is lost'))).toHaveLength(1)

    log.length = 0
    proxy.mend()
    await vi.waitFor(() => expect(log.join('\n')).toContain('NATS: connected'), SOON)
    expect(await happened()).toBe(await next())
    const heard: string[] = []
    await using _hearing = await opened.bell.hear((whose) => heard.push(whose))
    await vi.waitFor(async () => {
      await happen()
      expect(heard).toContain(workspaceId)
    }, SOON)
  })

  test('a NATS that is not there at the start is waited for', async () => {
    await using proxy = await openProxy(nats)
    proxy.cut()
    const log: string[] = []
    await using opened = openRelayed(db, `nats://127.0.0.1:${new URL(proxy.url).port}`, (line) => log.push(line))
    const heard: string[] = []
    await using _hearing = await opened.bell.hear((whose) => heard.push(whose))
    // For everybody: who hears it looks.
    await vi.waitFor(() => expect(heard).toContain(''), SOON)
    const { workspaceId, happen } = await makeDesk()
    proxy.mend()
    await vi.waitFor(() => expect(log.join('\n')).toContain('NATS: connected'), SOON)
    await vi.waitFor(async () => {
      await happen()
      expect(heard).toContain(workspaceId)
    }, SOON)
  })

  test('another process rings when the one that did is gone', async () => {
    const first = openRelayed(db, nats)
    await using second = openRelayed(db, nats)
    const heard: string[] = []
    await using _hearing = await second.bell.hear((whose) => heard.push(whose))
    const { workspaceId, happen } = await makeDesk()
    await vi.waitFor(async () => {
      await happen()
      expect(heard).toContain(workspaceId)
    }, SOON)
    await first[Symbol.asyncDispose]()
    const later = await makeDesk()
    await vi.waitFor(async () => {
      await later.happen()
      expect(heard).toContain(later.workspaceId)
    }, SOON)
  })
})
