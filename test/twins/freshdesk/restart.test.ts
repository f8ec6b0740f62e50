import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { FreshdeskTwin, FreshdeskTwinOptions } from '../../../twins/freshdesk/index.ts'
import { at, list, number, numbers, receive, text } from '../probe.ts'
import type { Json } from '../probe.ts'
import { control, seenThroughEnds, seenAfterAKill } from '../ends.ts'
import type { Doing } from '../ends.ts'
import { stateFolder } from '../state-folder.ts'
import { accounts, basic, call, keyOf, noon, startDesk } from './desk.ts'
import { everything } from './remembered.ts'

const small = {
  accounts: accounts.map((account) => ({ ...account, contacts: 20, companies: 3, tickets: 25 })),
  contractPath: undefined,
}

let folder: ReturnType<typeof stateFolder>
beforeEach(() => {
  folder = stateFolder()
})
afterEach(() => folder[Symbol.dispose]())

const start = (options: FreshdeskTwinOptions = {}): Promise<FreshdeskTwin> =>
  startDesk({ ...small, statePath: folder.path, ...options })

/** A call of the API that must be answered with a status; what it answers is compared, but for the address of the twin. */
const api =
  (method: string, path: string, body?: Json, status = 200, domain = 'harbour'): Doing<FreshdeskTwin> =>
  async (twin) => {
    const answer = await call(twin, method, path, { domain, ...(body === undefined ? {} : { body }) })
    expect([method, path, answer.status, answer.status === status ? '' : answer.text]).toEqual([
      method,
      path,
      status,
      '',
    ])
    return answer.text.replaceAll(twin.url, '')
  }

const form: Doing<FreshdeskTwin> = async (twin) => {
  const sent = new FormData()
  sent.set('email', 'form@example.com')
  sent.set('custom_fields[cf_order]', '#1')
  sent.append('attachments[]', new File([new Uint8Array(9)], 'a.txt', { type: 'text/plain' }))
  return (await call(twin, 'POST', '/tickets', { body: sent })).json
}

/** One of everything that changes something, and of what is refused half-way or only looks like a change. */
async function aLife(twin: FreshdeskTwin): Promise<Doing<FreshdeskTwin>[]> {
  const rows = list((await call(twin, 'GET', '/tickets?updated_since=2025-01-01')).json).filter(
    (row) => at(row, 'source') !== 15,
  )
  const [one = 0, other = 0, third = 0, fourth = 0] = rows.map((row) => number(row, 'id'))
  const people = list((await call(twin, 'GET', '/contacts')).json).filter((row) => at(row, 'email') !== null)
  const requesters = new Set(rows.map((row) => at(row, 'requester_id')))
  const [promoted] = people.filter((row) => !requesters.has(at(row, 'id')))
  const [person = 0, twice = 0, gone = 0] = people.filter((row) => row !== promoted).map((row) => number(row, 'id'))
  const [company = 0] = numbers((await call(twin, 'GET', '/companies')).json)
  const [, agent = 0] = numbers((await call(twin, 'GET', '/agents')).json)
  const rule = { name: 'Tell', actions: [{ field_name: 'trigger_webhook', url: 'http://127.0.0.1:9/' }] }
  const target = { priority_1: { respond_within: 3_600, resolve_within: 7_200 } }
  return [
    api('POST', '/tickets', { email: 'né@example.com', name: 'Née 😀', subject: 'Ünïcode', tags: ['a'] }, 201),
    api('POST', '/tickets', { email: 'x@example.com', nonsense: 1 }, 400),
    // The contact is made before the ticket is refused.
    api('POST', '/tickets', { email: 'half.way@example.com', responder_id: 1 }, 400),
    form,
    api('PUT', `/tickets/${one}`, { priority: 4, tags: ['b'], custom_fields: { cf_order: '#2' } }),
    api('POST', `/tickets/${one}/reply`, { body: 'Hello <b>you</b>', cc_emails: ['c@example.org'] }, 201),
    api('POST', `/tickets/${one}/notes`, { body: 'Hm', user_id: agent }, 201),
    api('POST', `/tickets/${one}/forward`, { body: 'See', to_emails: ['s@example.org'] }, 201),
    api('POST', '/tickets/404/reply', { body: 'x' }, 404),
    api('POST', `/tickets/${one}/satisfaction_ratings`, { ratings: { default_question: 103 } }, 201),
    api('POST', `/tickets/${one}/time_entries`, { timer_running: true }, 201),
    async (now) => now.moveClock(90_500),
    api('PUT', '/tickets/merge', { primary_id: one, ticket_ids: [other] }, 204),
    api('POST', '/tickets/bulk_update', { bulk_action: { ids: [third], properties: { status: 3 } } }, 202),
    async (now) => now.moveClock(10_000),
    api('GET', `/tickets/${third}`),
    api('DELETE', `/tickets/${fourth}`, undefined, 204),
    api('PUT', `/tickets/${fourth}/restore`, undefined, 204),
    api('PUT', `/tickets/${third}/spam`, undefined, 204),
    api('POST', '/contacts', { name: 'New', email: 'new@example.com' }, 201),
    api('POST', '/contacts', { name: 'New', email: 'new@example.com' }, 409),
    api('POST', '/contacts/merge', { primary_contact_id: person, secondary_contact_ids: [twice] }, 204),
    api('DELETE', `/contacts/${gone}`, undefined, 204),
    api('PUT', `/contacts/${number(promoted, 'id')}/make_agent`, {}),
    api('POST', '/companies', { name: 'New firm' }, 201),
    api('DELETE', `/companies/${company}`, undefined, 204),
    api('POST', '/agents', { email: 'a.new@example.com', ticket_scope: 1 }, 201),
    api('PUT', `/agents/${agent}`, { available: false }),
    api('POST', '/groups', { name: 'Night', agent_ids: [agent] }, 201),
    api('POST', '/sla_policies', { name: 'Fast', sla_target: target, applicable_to: {} }, 201),
    api('POST', '/automations/4/rules', rule),
    api('POST', '/tickets', { email: 'x@example.com', status: 12 }, 201, 'kestrel'),
    control('/customers/open', { body: 'By somebody that chance picks', source: 15 }),
    control('/customers/reply', { ticketId: one, body: 'Still waiting' }),
    control('/agents/reply', { ticketId: one, body: 'By an agent that chance picks', note: true }),
    control('/agents/update', { ticketId: one, fields: { status: 9 } }),
    async (now) => {
      await expect(control('/customers/rate', { ticketId: one, rating: 9 })(now)).rejects.toThrow('103')
    },
    control('/delete', { kind: 'ticket', id: other, purge: true }),
    control('/archive', { id: fourth }),
    control('/webhooks', { url: 'http://127.0.0.1:9/', account: 'kestrel' }),
    async (now) => Array.from({ length: 60 }, () => now.stepTraffic()),
    (now) => now.control('POST', '/clock', { skewMs: 7 * 3_600_000 }),
    control('/traffic/step', { steps: 17 }),
    async (now) => now.moveClock(40 * 86_400_000),
    api('GET', `/tickets/${one}`),
    async (now) => Array.from({ length: 20 }, () => now.stepTraffic()),
  ]
}

describe('a twin with a place for its state', () => {
  const lives = (steady: FreshdeskTwin) => ({
    steady,
    folder,
    start: (statePath: string) => start({ statePath }),
    everything,
  })

  it('lives on after every end as if it had never ended', async () => {
    await using steady = await startDesk(small)
    const seen = await seenThroughEnds(lives(steady), await aLife(steady))
    expect(seen.ended).toEqual(seen.steady)
  })

  it('does the same again after a kill, however much was done', async () => {
    await using steady = await startDesk(small)
    const seen = await seenAfterAKill(lives(steady), {
      steps: 2_300,
      move: (twin, step) => step % 5 === 0 && twin.moveClock(61_234),
    })
    expect(seen.ended).toEqual(seen.steady)
  })

  it('keeps its dates when it starts again days later, and lets the time between pass', async () => {
    const first = await start()
    const due = { fr_due_by: '2026-01-16T14:00:00Z', due_by: '2026-01-16T16:00:00Z' }
    const made = await call(first, 'POST', '/tickets', { body: { email: 'a@example.com', ...due } })
    await first.close()
    await using twin = await start({ now: () => new Date(noon.getTime() + 3 * 86_400_000) })
    const { json } = await call(twin, 'GET', `/tickets/${number(made.json, 'id')}`)
    expect(text(json, 'created_at')).toBe('2026-01-15T12:00:00Z')
    expect([at(json, 'is_escalated'), text(json, 'updated_at')]).toEqual([true, '2026-01-18T12:00:00Z'])
  })

  it('keeps who is let in, who was shown out and who is locked out', async () => {
    const first = await start()
    const [admin] = first.accounts()
    await first.control('POST', '/keys/reset', {})
    for (let guesses = 0; guesses < 5; guesses += 1) {
      await call(first, 'GET', '/agents/me', { headers: { Authorization: basic('rosa@harbour.example', 'no') } })
    }
    const keys = [admin?.apiKey ?? '', first.accounts()[0]?.apiKey ?? '', await keyOf(first, 'Rosa')]
    const statePath = folder.leaveBehind(folder.path)
    await first.close()
    await using twin = await start({ statePath })
    const statuses = await Promise.all(keys.map(async (key) => (await call(twin, 'GET', '/agents/me', { key })).status))
    expect(statuses).toEqual([401, 200, 403])
  })

  it('tells nothing twice, and goes on telling by the rules it had', async () => {
    await using hooks = await receive()
    const first = await start()
    await first.control('POST', '/webhooks', { url: hooks.url })
    await first.control('POST', '/customers/open', { body: 'One' })
    await first.settleWebhooks()
    expect(hooks.received).toHaveLength(1)
    const statePath = folder.leaveBehind(folder.path)
    await first.close()
    await using twin = await start({ statePath })
    await twin.settleWebhooks()
    expect(hooks.received).toHaveLength(1)
    await twin.control('POST', '/customers/open', { body: 'Two' })
    await twin.settleWebhooks()
    expect(hooks.received).toHaveLength(2)
  })

  it('begins anew with another seed or size, and says so', async () => {
    const first = await start()
    await first.control('POST', '/customers/open', { body: 'Of the first seed' })
    await first.close()
    const said: string[] = []
    await using twin = await start({ seed: 8, log: (line) => said.push(line) })
    await using fresh = await startDesk({ ...small, seed: 8 })
    expect(await everything(twin)).toEqual(await everything(fresh))
    expect(said).toEqual([expect.stringMatching(/"seed":7.*"seed":8.*starts anew/)])
  })

  it('is refused to a second one at the same time, which changes nothing', async () => {
    await using twin = await start()
    twin.stepTraffic()
    await expect(start()).rejects.toThrow('in use')
    expect((await call(twin, 'GET', '/agents/me')).status).toBe(200)
  })
})
