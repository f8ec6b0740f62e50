import { describe, expect, it } from 'vitest'
import { startFreshdeskTwin } from '../../../twins/freshdesk/index.ts'
import type { FreshdeskTwin } from '../../../twins/freshdesk/index.ts'
import { at, list, number, receive, text } from '../probe.ts'
import type { Json } from '../probe.ts'
import { call, noon, startDesk } from './desk.ts'

const paths = [
  '/contacts?per_page=100',
  '/companies',
  '/tickets?updated_since=2025-01-01&per_page=100&include=description,stats,requester',
  '/agents',
  '/surveys/satisfaction_ratings?created_since=2025-01-01&per_page=100',
  '/time_entries',
]

const fingerprint = async (twin: FreshdeskTwin): Promise<string> => {
  const texts: string[] = []
  for (const domain of ['harbour', 'kestrel']) {
    for (const path of paths) texts.push((await call(twin, 'GET', path, { domain })).text)
  }
  return texts.join('\n')
}
const ticketsOf = async (twin: FreshdeskTwin, domain = 'harbour'): Promise<Json[]> =>
  list((await call(twin, 'GET', '/tickets?updated_since=2025-01-01&per_page=100&include=stats', { domain })).json)

describe('the seed', () => {
  it('decides every id, key, text and time', async () => {
    await using one = await startDesk({ seed: 3 })
    await using same = await startDesk({ seed: 3 })
    await using other = await startDesk({ seed: 4 })
    const first = await fingerprint(one)
    expect(await fingerprint(same)).toBe(first)
    expect(same.accounts().map(({ apiKey }) => apiKey)).toEqual(one.accounts().map(({ apiKey }) => apiKey))
    expect(await fingerprint(other)).not.toBe(first)
  })

  it('decides what happens afterwards', async () => {
    await using one = await startDesk({ seed: 3 })
    await using same = await startDesk({ seed: 3 })
    const steps = (twin: FreshdeskTwin) => Array.from({ length: 60 }, () => twin.stepTraffic())
    expect(steps(one)).toEqual(steps(same))
    expect(await fingerprint(one)).toBe(await fingerprint(same))
  })

  it('fills accounts of the usual size', async () => {
    await using twin = await startFreshdeskTwin({ now: () => noon })
    const { tickets, archivedTickets, deletedTickets, spamTickets } = twin.counts()
    expect(tickets + archivedTickets + deletedTickets + spamTickets).toBe(1_500)
    expect(Math.min(tickets, archivedTickets, deletedTickets, spamTickets)).toBeGreaterThan(5)
    expect(twin.accounts().map(({ domain }) => domain)).toEqual(['harbourandpine', 'kestrelworks'])
    expect(twin.counts('kestrelworks').contacts).toBeGreaterThan(70)
  })

  it('has what a desk has: every status, own numbers, people without mail, late and answered tickets', async () => {
    await using twin = await startFreshdeskTwin({ now: () => noon })
    const counts = {
      statuses: new Set<Json>(),
      sources: new Set<Json>(),
      escalated: new Set<Json>(),
      types: new Set<Json>(),
    }
    const { url = '', apiKey = '' } = twin.accounts()[0] ?? {}
    const Authorization = `Basic ${Buffer.from(`${apiKey}:X`).toString('base64')}`
    for (let page = 1; page <= 8; page += 1) {
      const answer = await fetch(`${url}/api/v2/tickets?updated_since=2025-01-01&per_page=100&page=${page}`, {
        headers: { Authorization },
      })
      for (const row of list(JSON.parse(await answer.text()))) {
        counts.statuses.add(at(row, 'status'))
        counts.sources.add(at(row, 'source'))
        counts.escalated.add(at(row, 'is_escalated'))
        counts.types.add(at(row, 'type'))
      }
    }
    expect(counts.statuses).toEqual(new Set([2, 3, 4, 5, 6, 7, 8, 9]))
    expect([...counts.sources]).toEqual(expect.arrayContaining([1, 2, 3, 7, 9, 15, 101]))
    expect([counts.escalated.size, counts.types.has(null)]).toEqual([2, true])
  })

  it('tells stories in order, within 300 days, and none in the future', async () => {
    await using twin = await startDesk()
    const oldest = new Date(noon.getTime() - 301 * 86_400_000).toISOString()
    for (const domain of ['harbour', 'kestrel']) {
      for (const row of await ticketsOf(twin, domain)) {
        const { json } = await call(twin, 'GET', `/tickets/${number(row, 'id')}/conversations?per_page=100`, { domain })
        const said = list(json).map((one) => text(one, 'created_at'))
        const times = [text(row, 'created_at'), ...said]
        expect(times).toEqual(times.toSorted())
        expect([times[0] ?? '' >= oldest, (times.at(-1) ?? '') <= noon.toISOString()]).toEqual([
          times[0] ?? '' >= oldest,
          true,
        ])
        expect(text(row, 'updated_at') >= (times.at(-1) ?? '') && text(row, 'updated_at') <= noon.toISOString()).toBe(
          true,
        )
        expect(JSON.stringify([row, json])).not.toMatch(/\{\w+\}/)
      }
    }
  })
})

describe('traffic', () => {
  it('writes, answers, resolves and edits, and lets the rules tell of it', async () => {
    await using hooks = await receive()
    await using twin = await startDesk()
    await twin.control('POST', '/webhooks', { url: hooks.url })
    const before = twin.counts()
    for (let step = 0; step < 150; step += 1) {
      twin.moveClock(20_000)
      twin.stepTraffic()
    }
    await twin.settleWebhooks()
    const after = twin.counts()
    expect(after.tickets).toBeGreaterThan(before.tickets)
    expect(after.conversations).toBeGreaterThan(before.conversations + 30)
    const events = hooks.received.map(({ json }) => text(json, 'freshdesk_webhook', 'triggered_event'))
    expect(events.filter((event) => event === '{ticket_action:created}')).not.toEqual([])
    expect(events.filter((event) => event.includes('status:{from:'))).not.toEqual([])
    expect(twin.violations()).toEqual([])
  })

  it('keeps an account bounded, and removes nothing that somebody else touched', async () => {
    await using twin = await startDesk({ accounts: [{ domain: 'harbour', contacts: 20, companies: 2, tickets: 5 }] })
    const work = async (steps: number): Promise<void> => {
      for (let done = 0; done < steps; done += 100) {
        twin.moveClock(60_000)
        await twin.control('POST', '/traffic/step', { steps: 100 })
      }
    }
    await work(400)
    const touched = await ticketsOf(twin)
    const id = number(
      touched.find((row) => at(row, 'status') === 5 && at(row, 'source') !== 15),
      'id',
    )
    await call(twin, 'POST', `/tickets/${id}/notes`, { body: { body: 'By a person' } })
    await work(14_000)
    const before = twin.counts()
    await work(3_000)
    const after = twin.counts()
    expect(before.deletedTickets).toBeGreaterThan(90)
    expect(Math.abs(after.tickets - before.tickets)).toBeLessThan(60)
    expect(after.deletedTickets).toBeLessThan(130)
    expect((await call(twin, 'GET', `/tickets/${id}`)).status).toBe(200)
  })
})
