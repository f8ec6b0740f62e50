import { expect, it } from 'vitest'
import { createRandom } from '../../../twins/random.ts'
import { routes } from '../../../twins/freshdesk/routes/table.ts'
import type { Json } from '../probe.ts'
import { call, startDesk } from './desk.ts'
import { numbers } from '../probe.ts'

const words = (text: string): string[] => text.trim().split(/\s+/)
const names = words(`
  email name subject status priority source type tags custom_fields requester_id responder_id group_id
  company_id due_by fr_due_by parent_id related_ticket_ids phone body structured_body user_id private
  incoming to_emails cc_emails notify_emails primary_id ticket_ids note_in_primary bulk_action ratings
  feedback time_spent timer_running primary_contact_id secondary_contact_ids contact domains
  renewal_date other_companies ticket_scope group_ids role_ids available agent_ids unassigned_for
  sla_target applicable_to performer events conditions actions operator email_config_id description
  __proto__
`)
const queries = [
  'page=2',
  'per_page=7',
  'include=stats',
  'query="status:2"',
  'term=a',
  'name=f',
  'force=true',
  'state=verified',
]

it('answers whatever it is asked, and never with a mistake of its own', async () => {
  const said: string[] = []
  await using twin = await startDesk({ log: (line) => said.push(line) })
  const random = createRandom(11, 'nonsense')
  const ids: number[] = [
    ...numbers((await call(twin, 'GET', '/tickets')).json),
    ...numbers((await call(twin, 'GET', '/contacts')).json),
    ...numbers((await call(twin, 'GET', '/agents')).json).slice(1),
    ...numbers((await call(twin, 'GET', '/groups')).json),
  ]
  const value = (depth: number): Json => {
    const plain: Json[] = [
      null,
      true,
      false,
      0,
      -1,
      2,
      4,
      1.5,
      1e300,
      '',
      'x',
      '2026-02-01',
      '01:30',
      '<b>&"\'',
      'a@example.com',
    ]
    const roll = random.next()
    if (depth > 2 || roll < 0.5) return random.pick([...plain, random.pick(ids)])
    if (roll < 0.7)
      return Array.from({ length: random.int(0, 3) }, () => (random.chance(0.5) ? random.pick(ids) : value(depth + 1)))
    return Object.fromEntries(
      Array.from({ length: random.int(0, 3) }, () => [
        random.pick([...names, 'ids', 'properties', 'reply', 'cf_order', 'default_question']),
        value(depth + 1),
      ]),
    )
  }
  const failed: unknown[] = []
  const declared = Object.keys(routes)
  // The administrator's own key must stay good, so nobody is made or unmade an agent.
  const tried = declared.filter((route) => !route.startsWith('DELETE /agents'))
  for (let round = 0; round < 900; round += 1) {
    const [method = '', template = ''] = random.pick(tried).split(' ')
    const path = template
      .replace('{automation_type_id}', String(random.pick([1, 2, 3, 4])))
      .replaceAll(/\{\w+\}/g, () =>
        String(random.chance(0.9) ? random.pick(ids) : random.pick(['0', '-1', 'x', '%', '1e3'])),
      )
    const query = random.chance(0.3) ? `?${random.pick(queries)}` : ''
    const body = Object.fromEntries(Array.from({ length: random.int(0, 4) }, () => [random.pick(names), value(0)]))
    const answer = await call(twin, method, path + query, method === 'GET' ? {} : { body })
    if (answer.status >= 500) failed.push([method, path, body, answer.text])
    if (round % 100 === 0) twin.moveClock(3_600_000)
  }
  await twin.settleWebhooks()
  expect(failed).toEqual([])
  expect(said.filter((line) => line.startsWith('unexpected') || line.startsWith('response'))).toEqual([])
})
