import { describe, expect, it } from 'vitest'
import type { IntercomTwin } from '../../../twins/intercom/index.ts'
import { call, noonSeconds, startDesk } from './desk.ts'
import { at, list, receive, text } from '../probe.ts'

const fingerprint = async (twin: IntercomTwin): Promise<string> => {
  const paths = ['/contacts?per_page=150', '/conversations?per_page=150', '/admins', '/ticket_types', '/segments']
  const answers = await Promise.all(paths.map((path) => call(twin, 'GET', path)))
  const [first = ''] = list(answers[1]?.json, 'conversations').map((row) => text(row, 'id'))
  return [...answers, await call(twin, 'GET', `/conversations/${first}`)].map(({ text: body }) => body).join('\n')
}

describe('the seed', () => {
  it('decides every id, text and time', async () => {
    await using one = await startDesk({ seed: 3 })
    await using same = await startDesk({ seed: 3 })
    await using other = await startDesk({ seed: 4 })
    const first = await fingerprint(one)
    expect(await fingerprint(same)).toBe(first)
    expect(await fingerprint(other)).not.toBe(first)
  })

  it('decides what happens afterwards', async () => {
    await using one = await startDesk({ seed: 3 })
    await using same = await startDesk({ seed: 3 })
    const steps = (twin: IntercomTwin) => Array.from({ length: 40 }, () => twin.stepTraffic())
    expect(steps(one)).toEqual(steps(same))
    expect(await fingerprint(one)).toBe(await fingerprint(same))
  })

  it('keeps its ids at another time and moves its dates along', async () => {
    const later = new Date(noonSeconds * 1000 + 50 * 86_400_000)
    await using one = await startDesk({ seed: 3 })
    await using moved = await startDesk({ seed: 3, now: () => later })
    const rows = async (twin: IntercomTwin) =>
      list((await call(twin, 'GET', '/conversations?per_page=150')).json, 'conversations')
    const [before, after] = [await rows(one), await rows(moved)]
    expect(after.map((row) => text(row, 'id'))).toEqual(before.map((row) => text(row, 'id')))
    const shifts = after.map((row, index) => Number(at(row, 'created_at')) - Number(at(before[index], 'created_at')))
    expect(new Set(shifts)).toEqual(new Set([50 * 86_400]))
  })

  it('fills a desk of the usual size', async () => {
    await using twin = await startDesk({ contacts: 2_000, companies: 150, conversations: 2_500, tickets: 600 })
    expect(twin.counts()).toMatchObject({
      contacts: 2_000,
      companies: 150,
      listedCompanies: 150,
      conversations: 2_500,
      tickets: 600,
      tags: 20,
      admins: 8,
      teams: 3,
    })
    expect(twin.counts().parts - twin.counts().visibleParts).toBe(120)
  })

  it('tells stories in order, within 120 days, and none in the future', async () => {
    await using twin = await startDesk({ conversations: 150 })
    const rows = list((await call(twin, 'GET', '/conversations?per_page=150')).json, 'conversations')
    const states = new Set(rows.map((row) => text(row, 'state')))
    expect(states.has('open') && states.has('closed')).toBe(true)
    expect(rows.some((row) => at(row, 'conversation_rating') !== null)).toBe(true)
    for (const row of rows) {
      const { json } = await call(twin, 'GET', `/conversations/${text(row, 'id')}`)
      const times = [
        Number(at(json, 'created_at')),
        ...list(json, 'conversation_parts', 'conversation_parts').map((part) => Number(at(part, 'created_at'))),
      ]
      expect(times).toEqual(times.toSorted((left, right) => left - right))
      expect(times[0]).toBeGreaterThanOrEqual(noonSeconds - 121 * 86_400)
      expect(times.at(-1)).toBeLessThanOrEqual(noonSeconds)
      expect(JSON.stringify(json)).not.toMatch(/\{\w+\}/)
    }
  })
})

describe('traffic', () => {
  it('writes, answers and closes, and tells of it', async () => {
    await using hooks = await receive()
    await using twin = await startDesk({ conversations: 20 })
    await twin.subscribe({ url: hooks.url, topics: null })
    const before = twin.counts()
    for (let step = 0; step < 120; step += 1) {
      twin.moveClock(30_000)
      twin.stepTraffic()
    }
    await twin.settleWebhooks()
    const after = twin.counts()
    expect(after.conversations).toBeGreaterThan(before.conversations)
    expect(after.parts).toBeGreaterThan(before.parts + 50)
    for (const topic of ['conversation.user.created', 'conversation.user.replied', 'conversation.admin.replied']) {
      expect([topic, hooks.of(topic).length > 0]).toEqual([topic, true])
    }
    expect(hooks.of('conversation.user.created')).toHaveLength(after.conversations - before.conversations)
  })

  it('runs by itself until it is stopped', async () => {
    await using hooks = await receive()
    await using twin = await startDesk({ conversations: 5 })
    await twin.subscribe({ url: hooks.url, topics: null })
    const state = () => twin.control('GET', '/state')
    twin.startTraffic({ everyMs: 1 })
    expect(await state()).toMatchObject({ trafficRunning: true })
    await expect.poll(() => hooks.received.length).toBeGreaterThan(4)
    twin.stopTraffic()
    expect(await state()).toMatchObject({ trafficRunning: false })
  })
})
