import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { FreshdeskTwin } from '../../../twins/freshdesk/index.ts'
import { at, list, number, numbers, text } from '../probe.ts'
import type { Answer, Json } from '../probe.ts'
import { call, contractPath, errorsOf, hasContract, startDesk } from './desk.ts'

describe.skipIf(!hasContract)(`what the twin speaks, held against ${contractPath.split('/').at(-1)}`, () => {
  let twin: FreshdeskTwin
  beforeAll(async () => {
    twin = await startDesk()
  })
  afterAll(() => twin.close())

  const done = async (method: string, path: string, body?: Json, domain = 'harbour'): Promise<Answer> => {
    const answer = await call(twin, method, path, { domain, ...(body === undefined ? {} : { body }) })
    const isGood = answer.status >= 200 && answer.status < 300
    expect([method, path, isGood, isGood ? '' : answer.text]).toEqual([method, path, true, ''])
    return answer
  }
  const idOf = async (path: string, domain?: string): Promise<number> =>
    numbers((await done('GET', path, undefined, domain)).json)[0] ?? 0

  it.each(['harbour', 'kestrel'])('lists and gets everything there is in %s', async (domain) => {
    const get = (path: string) => done('GET', path, undefined, domain)
    const [contact, company] = [await idOf('/contacts', domain), await idOf('/companies', domain)]
    const [agent, group] = [await idOf('/agents', domain), await idOf('/groups', domain)]
    for (const path of [
      '/account',
      '/settings/helpdesk',
      '/agents/me',
      `/agents/${agent}`,
      '/agents/autocomplete?term=in',
      `/groups/${group}`,
      '/roles',
      '/products',
      '/email_configs',
      '/ticket_fields',
      '/contact_fields',
      '/company_fields',
      '/sla_policies',
      '/business_hours',
      '/surveys',
      '/surveys/satisfaction_ratings?created_since=2025-01-01',
      '/time_entries',
      '/automations/1/rules',
      '/automations/4/rules',
      `/contacts/${contact}`,
      '/contacts?state=deleted',
      '/contacts?_updated_since=2025-01-01&per_page=100',
      '/contacts/autocomplete?term=a',
      `/companies/${company}`,
      '/companies/autocomplete?name=f',
      '/tickets?include=stats,requester,company,description&per_page=100',
      '/tickets?filter=deleted&updated_since=2025-01-01',
      '/tickets?filter=spam&updated_since=2025-01-01',
      '/tickets?filter=watching&updated_since=2025-01-01',
      '/tickets?filter=new_and_my_open&order_by=due_by&order_type=asc',
      `/tickets?requester_id=${contact}&updated_since=2025-01-01`,
      '/search/tickets?query="status:2"',
      '/search/contacts?query="active:true"',
      '/search/companies?query="created_at:>%272020-01-01%27"',
    ]) {
      await get(path)
    }
    expect(twin.violations()).toEqual([])
  })

  it.each(['harbour', 'kestrel'])(
    'gets every ticket of %s with all that hangs on it, archived ones too',
    async (domain) => {
      const ids = async (kind: string): Promise<number[]> =>
        JSON.parse(JSON.stringify(await twin.control('GET', `/ids/${kind}?account=${domain}`)))
      for (const id of (await ids('tickets')).slice(-70)) {
        await done('GET', `/tickets/${id}?include=conversations,requester,company,stats`, undefined, domain)
        await done('GET', `/tickets/${id}/conversations?per_page=100`, undefined, domain)
      }
      for (const id of (await ids('archived')).slice(0, 10)) {
        expect((await call(twin, 'GET', `/tickets/${id}`, { domain })).status).toBe(404)
        await done('GET', `/tickets/archived/${id}?include=conversations,stats`, undefined, domain)
        await done('GET', `/tickets/archived/${id}/conversations`, undefined, domain)
      }
      expect(twin.violations()).toEqual([])
    },
  )

  it('writes tickets and what is said on them', async () => {
    const company = await idOf('/companies')
    const made = await done('POST', '/tickets', {
      email: 'new.person@example.com',
      name: 'New Person',
      subject: 'Order 8841',
      description: '<p>It never came</p>',
      status: 2,
      priority: 3,
      source: 101,
      type: 'Refund',
      tags: ['order', 'late'],
      cc_emails: ['family@example.org'],
      custom_fields: { cf_order: '8841', cf_refund_cents: 1999, cf_fragile: true, cf_promised_on: '2026-02-01' },
      group_id: await idOf('/groups'),
      responder_id: await idOf('/agents'),
      product_id: await idOf('/products'),
      email_config_id: await idOf('/email_configs'),
      fr_due_by: '2026-01-16T10:00:00Z',
      due_by: '2026-01-18T10:00:00Z',
    })
    const id = number(made.json, 'id')
    await done('PUT', `/tickets/${id}`, { status: 8, tags: ['only this'], responder_id: null })
    await done('POST', `/tickets/${id}/reply`, {
      body: 'Hello',
      cc_emails: ['a@example.org'],
      bcc_emails: ['b@example.org'],
    })
    const note = await done('POST', `/tickets/${id}/notes`, {
      body: 'Hm',
      private: true,
      notify_emails: ['x@example.org'],
    })
    await done('PUT', `/conversations/${number(note.json, 'id')}`, { body: 'Hm, indeed' })
    await done('DELETE', `/conversations/${number(note.json, 'id')}`)
    await done('POST', `/tickets/${id}/forward`, { body: 'See below', to_emails: ['supplier@example.org'] })
    await done('POST', `/tickets/${id}/satisfaction_ratings`, { ratings: { default_question: 103 }, feedback: 'Good' })
    await done('GET', `/tickets/${id}/satisfaction_ratings`)
    const entry = await done('POST', `/tickets/${id}/time_entries`, { time_spent: '01:30', note: 'On the phone' })
    await done('PUT', `/time_entries/${number(entry.json, 'id')}`, { billable: false })
    await done('PUT', `/time_entries/${number(entry.json, 'id')}/toggle_timer`)
    await done('GET', `/tickets/${id}/time_entries`)
    await done('DELETE', `/time_entries/${number(entry.json, 'id')}`)
    await done('POST', `/tickets/${id}/watch`, {})
    await done('GET', `/tickets/${id}/watchers`)
    await done('PUT', `/tickets/${id}/unwatch`)
    const child = await done('POST', '/tickets', {
      phone: '+4912345',
      name: 'A caller',
      subject: 'Part of it',
      parent_id: id,
    })
    await done('GET', `/tickets/${id}/associated_tickets`)
    const mail = {
      email: 'new.person@example.com',
      subject: 'From us',
      description: 'Hello',
      email_config_id: await idOf('/email_configs'),
    }
    const outbound = await done('POST', '/tickets/outbound_email', mail)
    const merge = { primary_id: id, ticket_ids: [number(outbound.json, 'id')], note_in_primary: { body: 'One thing' } }
    await done('PUT', '/tickets/merge', merge)
    await done('PUT', `/tickets/${number(child.json, 'id')}/spam`)
    await done('PUT', `/tickets/${number(child.json, 'id')}/unspam`)
    await done('DELETE', `/tickets/${id}`)
    await done('PUT', `/tickets/${id}/restore`)
    const bulk = { ids: [id], properties: { priority: 4 }, reply: { body: 'To all' } }
    const job = await done('POST', '/tickets/bulk_update', { bulk_action: bulk })
    await done('GET', `/jobs/${text(job.json, 'job_id')}`)
    await done('POST', '/tickets/bulk_delete', { bulk_action: { ids: [number(child.json, 'id')] } })
    expect(company).toBeGreaterThan(10_000_000_000)
    expect(twin.violations()).toEqual([])
  })

  it('writes people, companies, agents, groups, policies and rules', async () => {
    const firm = await done('POST', '/companies', {
      name: 'New firm',
      domains: ['newfirm.example'],
      custom_fields: { cf_credit_terms: '30 days' },
    })
    const company_id = number(firm.json, 'id')
    await done('PUT', `/companies/${company_id}`, { note: 'Pays late', renewal_date: '2026-09-01' })
    const made = await done('POST', '/contacts', {
      name: 'Person',
      email: 'Person@Example.com',
      company_id,
      tags: ['vip'],
    })
    const id = number(made.json, 'id')
    await done('PUT', `/contacts/${id}`, { job_title: 'Chef', custom_fields: { cf_loyalty: 'gold' } })
    const other = await done('POST', '/contacts', { name: 'Same person', phone: '+441130000' })
    await done('POST', '/contacts/merge', { primary_contact_id: id, secondary_contact_ids: [number(other.json, 'id')] })
    await done('DELETE', `/contacts/${id}`)
    expect(at((await done('GET', `/contacts/${id}`)).json, 'deleted')).toBe(true)
    await done('PUT', `/contacts/${id}/restore`)
    await done('PUT', `/contacts/${id}/make_agent`)
    await done('PUT', `/agents/${id}`, { available: true, ticket_scope: 2 })
    await done('DELETE', `/agents/${id}`)
    await done('DELETE', `/contacts/${id}/hard_delete?force=true`)
    const agent = await done('POST', '/agents', { email: 'fresh@harbour.example', ticket_scope: 1, occasional: true })
    const group = await done('POST', '/groups', { name: 'Night shift', agent_ids: [number(agent.json, 'id')] })
    await done('PUT', `/groups/${number(group.json, 'id')}`, { unassigned_for: '1h', agent_ids: [] })
    await done('DELETE', `/groups/${number(group.json, 'id')}`)
    const target = { respond_within: 3600, resolve_within: 7200, business_hours: false, escalation_enabled: true }
    const policy = { name: 'Fast', sla_target: { priority_1: target }, applicable_to: { sources: [2] } }
    const fast = await done('POST', '/sla_policies', policy)
    await done('PUT', `/sla_policies/${number(fast.json, 'id')}`, { active: false })
    const rule = {
      name: 'Tell',
      actions: [{ field_name: 'trigger_webhook', request_type: 'POST', url: 'http://127.0.0.1:9/' }],
    }
    const told = await done('POST', '/automations/4/rules', rule)
    await done('PUT', `/automations/4/rules/${number(told.json, 'id')}`, { active: false })
    await done('GET', `/automations/4/rules/${number(told.json, 'id')}`)
    await done('DELETE', `/automations/4/rules/${number(told.json, 'id')}`)
    await done('DELETE', `/companies/${company_id}`)
    expect(twin.violations()).toEqual([])
  })

  it('notes a request that is not as described, and answers it in the words of the provider', async () => {
    const before = twin.violations().length
    const answer = await call(twin, 'POST', '/tickets', {
      body: { email: 'a@example.com', subjekt: 'Hm', priority: 'high' },
    })
    expect(answer.status).toBe(400)
    expect(errorsOf(answer)).toEqual([
      ['subjekt', 'invalid_field'],
      ['priority', 'datatype_mismatch'],
    ])
    const noted = twin.violations().slice(before)
    expect(noted).toMatchObject([{ direction: 'request', method: 'POST', path: '/tickets' }])
    expect(list(JSON.parse(JSON.stringify(noted)), 0, 'problems').length).toBeGreaterThan(0)
  })

  it('has checked more than three hundred exchanges by now', () => {
    const { requests, responses } = twin.contractChecks()
    expect(requests).toBeGreaterThan(300)
    expect(responses).toBeGreaterThan(300)
  })
})
