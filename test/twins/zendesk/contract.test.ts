import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ZendeskTwin } from '../../../twins/zendesk/index.ts'
import { at, list, number, numbers, text } from '../probe.ts'
import type { Answer, Json } from '../probe.ts'
import { call, contractPath, hasContract, idsBehind, startDesk } from './desk.ts'

describe.skipIf(!hasContract)(`what the twin speaks, held against ${contractPath.split('/').at(-1)}`, () => {
  let twin: ZendeskTwin
  beforeAll(async () => {
    twin = await startDesk()
  })
  afterAll(() => twin.close())

  const done = async (method: string, path: string, body?: Json, account = 'lantern'): Promise<Answer> => {
    const answer = await call(twin, method, path, { account, ...(body === undefined ? {} : { body }) })
    const isGood = answer.status >= 200 && answer.status < 300
    expect([method, path, isGood, isGood ? '' : answer.text]).toEqual([method, path, true, ''])
    return answer
  }

  it.each(['lantern', 'mill'])('lists and gets everything there is in %s', async (account) => {
    const get = (path: string) => done('GET', path, undefined, account)
    const first = async (name: string): Promise<number> =>
      numbers((await get(`/${name}?page[size]=1`)).json, name)[0] ?? 0
    const [user, organization, group] = [await first('users'), await first('organizations'), await first('groups')]
    for (const path of [
      '/users/me.json',
      `/users/${user}?include=organizations`,
      `/users/${user}/identities`,
      `/users/${user}/identities?type[]=email`,
      `/users/${user}/group_memberships`,
      `/users/${user}/organizations?page[size]=10`,
      `/users/${user}/tickets/assigned?page[size]=2`,
      `/users/${user}/tickets/requested`,
      `/users/${user}/tickets/ccd`,
      '/users?role[]=agent&role[]=admin',
      '/users?page=2&per_page=10',
      '/users/count.json',
      '/users/search?query=ingrid',
      '/users/autocomplete?name=mar',
      `/users/show_many?ids=${user}`,
      `/organizations/${organization}`,
      `/organizations/${organization}/tickets`,
      `/organizations/${organization}/users`,
      '/organizations/count',
      '/organizations/autocomplete?name=fern',
      '/organization_memberships?page[size]=5',
      `/groups/${group}`,
      `/groups/${group}/users`,
      `/groups/${group}/memberships`,
      '/groups/count',
      '/groups/assignable',
      '/group_memberships',
      '/group_memberships/assignable',
      '/brands',
      '/custom_statuses',
      '/ticket_fields',
      '/ticket_fields/count',
      '/ticket_forms',
      '/locales',
      '/satisfaction_reasons',
      '/suspended_tickets?page[size]=10',
      '/suspended_tickets?sort_by=subject&sort_order=desc',
      '/user_fields',
      '/organization_fields',
      '/account/settings',
      '/tags?page[size]=10',
      '/tags/count',
      '/autocomplete/tags?name=sh',
      '/tickets/count',
      '/tickets?page[size]=100&sort=-updated_at&include=users,groups,organizations',
      '/tickets?sort_by=updated_at&sort_order=desc',
      '/deleted_tickets',
      '/ticket_metrics?page[size]=100',
      '/ticket_audits?page[size]=100',
      '/satisfaction_ratings?score=good&page[size]=50',
      '/satisfaction_ratings/count',
      '/incremental/tickets/cursor?start_time=0&include=metric_sets',
      '/incremental/users/cursor?start_time=0',
      '/incremental/tickets?start_time=0&per_page=20',
      '/incremental/users?start_time=0',
      '/incremental/organizations?start_time=0',
      '/incremental/ticket_events?start_time=0&include=comment_events',
      '/incremental/ticket_metric_events?start_time=0',
      '/search?query=type:ticket status<solved',
      '/search?query=type:user role:admin',
      '/search/count?query=status:open',
      '/search/export?query=order&filter[type]=ticket&page[size]=100',
      '/job_statuses',
      '/oauth/tokens',
      '/triggers',
      '/webhooks',
    ]) {
      await get(path)
    }
    const form = await first('ticket_forms')
    await get(`/ticket_forms/show_many?ids=${form}`)
    expect(twin.violations()).toEqual([])
  })

  it('tells of policies, suspended mails and single files where there are any', async () => {
    expect(list((await done('GET', '/slas/policies')).json, 'sla_policies')).toHaveLength(2)
    expect((await call(twin, 'GET', '/slas/policies', { account: 'mill' })).status).toBe(403)
    const { json } = await done('GET', '/suspended_tickets')
    const [first, second] = numbers(json, 'suspended_tickets')
    await done('GET', `/suspended_tickets/${first}`)
    await done('PUT', `/suspended_tickets/${first}/recover`)
    await done('PUT', `/suspended_tickets/recover_many?ids=${second}`)
    const { json: reasons } = await done('GET', '/satisfaction_reasons')
    await done('GET', `/satisfaction_reasons/${numbers(reasons, 'reasons')[0]}`)
    const upload = await call(twin, 'POST', '/uploads?filename=b.png', { headers: { 'Content-Type': 'image/png' } })
    const comment = { body: 'See', uploads: [text(upload.json, 'upload', 'token')] }
    await done('POST', '/tickets', { ticket: { comment } })
    await done('GET', `/attachments/${number(upload.json, 'upload', 'attachment', 'id')}`)
    expect(twin.violations()).toEqual([])
  })

  it('gets tickets with all that hangs on them', async () => {
    for (const id of (await idsBehind(twin, 'all-tickets')).slice(-30)) {
      if ((await idsBehind(twin, 'deleted')).includes(id)) continue
      await done('GET', `/tickets/${id}`)
      await done('GET', `/tickets/${id}/comments?page[size]=100&include=users`)
      const audits = await done('GET', `/tickets/${id}/audits`)
      await done('GET', `/tickets/${id}/audits/${number(audits.json, 'audits', 0, 'id')}`)
      await done('GET', `/tickets/${id}/metrics`)
      await done('GET', `/tickets/${id}/conversation_log`)
      await done('GET', `/tickets/${id}/tags`)
    }
    expect(twin.violations()).toEqual([])
  })

  it('writes tickets and what is said on them', async () => {
    const upload = await call(twin, 'POST', '/uploads?filename=a.png', { headers: { 'Content-Type': 'image/png' } })
    const made = await done('POST', '/tickets.json', {
      ticket: {
        subject: 'Order 8841',
        comment: { body: 'It never came', uploads: [text(upload.json, 'upload', 'token')] },
        requester: { name: 'New Person', email: 'new.person@example.com' },
        priority: 'high',
        type: 'problem',
        tags: ['Order', 'late'],
      },
    })
    const id = number(made.json, 'ticket', 'id')
    await done('PUT', `/tickets/${id}`, { ticket: { status: 'pending', comment: { body: 'We look', public: true } } })
    const note = await done('PUT', `/tickets/${id}`, { ticket: { comment: { html_body: '<p>Hm</p>', public: false } } })
    const comment = list(note.json, 'audit', 'events').find((event) => at(event, 'type') === 'Comment')
    await done('PUT', `/tickets/${id}/comments/${number(comment, 'id')}/redact`, { text: 'Hm' })
    await done('PUT', `/tickets/${id}/tags`, { tags: ['vip'] })
    await done('POST', `/tickets/${id}/tags`, { tags: ['only'] })
    await done('DELETE', `/tickets/${id}/tags`, { tags: ['only'] })
    await done('PUT', `/tickets/${id}`, { ticket: { status: 'solved' } })
    await done('POST', `/tickets/${id}/satisfaction_rating`, { satisfaction_rating: { score: 'good', comment: 'Ah' } })
    const other = await done('POST', '/tickets', { ticket: { comment: { body: 'The same again' } } })
    const job = await done('POST', `/tickets/${id}/merge`, { ids: [number(other.json, 'ticket', 'id')] })
    await done('GET', `/job_statuses/${text(job.json, 'job_status', 'id')}`)
    twin.moveClock(10_000)
    const over = await done('GET', `/job_statuses/${text(job.json, 'job_status', 'id')}.json`)
    expect(at(over.json, 'job_status', 'status')).toBe('completed')
    const many = await done('PUT', `/tickets/update_many.json?ids=${id}`, { ticket: { priority: 'low' } })
    expect(at(many.json, 'job_status', 'status')).toBe('queued')
    await done('POST', '/tickets/create_many', { tickets: [{ subject: 'One', comment: { body: 'x' } }] })
    await done('DELETE', `/tickets/${id}`)
    await done('PUT', `/deleted_tickets/${id}/restore`)
    await done('DELETE', `/tickets/destroy_many?ids=${id}`)
    twin.moveClock(10_000)
    await done('DELETE', `/deleted_tickets/${id}`)
    twin.moveClock(10_000)
    const jobs = await done('GET', '/job_statuses')
    expect(list(jobs.json, 'job_statuses').map((one) => at(one, 'status'))).not.toContain('queued')
    expect(twin.violations()).toEqual([])
  })

  it('writes people, organizations, groups, webhooks and triggers', async () => {
    const firm = await done('POST', '/organizations', {
      organization: { name: 'New firm', domain_names: ['new.example'] },
    })
    const organization_id = number(firm.json, 'organization', 'id')
    await done('PUT', `/organizations/${organization_id}`, { organization: { notes: 'Pays late' } })
    const made = await done('POST', '/users', {
      user: { name: 'Person', email: 'Person@Example.com', organization_id },
    })
    const id = number(made.json, 'user', 'id')
    await done('PUT', `/users/${id}`, { user: { user_fields: { loyalty: 'gold' }, tags: ['vip'] } })
    await done('POST', '/users/create_or_update', { user: { name: 'Person Two', email: 'person@example.com' } })
    const twice = await done('POST', '/users', { user: { name: 'Same person', phone: '+441130000' } })
    await done('PUT', `/users/${number(twice.json, 'user', 'id')}/merge`, { user: { id } })
    await done('DELETE', `/users/${id}`)
    const winner = await done('POST', '/organizations', { organization: { name: 'Newer firm' } })
    const winner_id = number(winner.json, 'organization', 'id')
    await done('POST', `/organizations/${organization_id}/merge`, { organization_merge: { winner_id } })
    await done('DELETE', `/organizations/${winner_id}`)
    const group = await done('POST', '/groups', { group: { name: 'Night shift' } })
    const group_id = number(group.json, 'group', 'id')
    const agent = await done('POST', '/users', {
      user: { name: 'Fresh', email: 'fresh@lantern.example', role: 'agent' },
    })
    const user_id = number(agent.json, 'user', 'id')
    const member = await done('POST', '/group_memberships', { group_membership: { user_id, group_id } })
    await done('DELETE', `/group_memberships/${number(member.json, 'group_membership', 'id')}`)
    await done('PUT', `/groups/${group_id}`, { group: { name: 'Late shift' } })
    await done('DELETE', `/groups/${group_id}`)
    const hook = {
      name: 'Tell',
      endpoint: 'http://127.0.0.1:9/',
      http_method: 'POST',
      request_format: 'json',
      status: 'active',
    }
    const webhook = await done('POST', '/webhooks', {
      webhook: { ...hook, subscriptions: ['conditional_ticket_events'] },
    })
    const webhook_id = text(webhook.json, 'webhook', 'id')
    await done('GET', `/webhooks/${webhook_id}/signing_secret`)
    await done('POST', `/webhooks/${webhook_id}/signing_secret`)
    await done('PATCH', `/webhooks/${webhook_id}`, { webhook: { name: 'Tell all' } })
    await done('GET', `/webhooks/${webhook_id}/invocations`)
    const trigger = await done('POST', '/triggers', {
      trigger: {
        title: 'Tell',
        conditions: { all: [{ field: 'update_type', operator: 'is', value: 'Create' }], any: [] },
        actions: [{ field: 'notification_webhook', value: [webhook_id, '{}'] }],
      },
    })
    await done('DELETE', `/triggers/${number(trigger.json, 'trigger', 'id')}`)
    await done('DELETE', `/webhooks/${webhook_id}`)
    expect(twin.violations()).toEqual([])
  })

  it('writes what people are reached by and belong to', async () => {
    const made = await done('POST', '/users', { user: { name: 'Reached', email: 'reached@example.com' } })
    const id = number(made.json, 'user', 'id')
    const identity = { type: 'phone_number', value: '+441130001' }
    const added = await done('POST', `/users/${id}/identities`, { identity })
    const path = `/users/${id}/identities/${number(added.json, 'identity', 'id')}`
    await done('GET', path)
    await done('PUT', path, { identity: { verified: true } })
    await done('PUT', `${path}/make_primary`)
    await done('PUT', `${path}/verify`)
    await done('PUT', `${path}/request_verification`)
    await done('DELETE', path)
    const { json: firms } = await done('GET', '/organizations?page[size]=2')
    const [first, second] = numbers(firms, 'organizations')
    const places = [first, second].map((organization_id) => ({ user_id: id, organization_id: organization_id ?? 0 }))
    await done('POST', '/organization_memberships/create_many', { organization_memberships: places })
    twin.moveClock(10_000)
    await done('PUT', `/users/${id}/organizations/${first}/make_default`)
    const { json: joined } = await done('GET', '/organization_memberships?page[size]=100&sort=-id')
    const [last] = numbers(joined, 'organization_memberships')
    await done('PUT', `/users/${id}/organization_memberships/${last}/make_default`)
    await done('DELETE', `/users/${id}/organizations/${first}`)
    await done('DELETE', `/organization_memberships/destroy_many?ids=${last}`)
    const agent = numbers((await done('GET', '/users?role=agent')).json, 'users')[0]
    const { json: own } = await done('GET', `/users/${agent}/group_memberships`)
    await done('PUT', `/users/${agent}/group_memberships/${numbers(own, 'group_memberships')[0]}/make_default`)
    const { json: groups } = await done('GET', '/groups')
    const others = numbers(groups, 'groups').map((group_id) => ({ user_id: agent ?? 0, group_id }))
    await done('POST', '/group_memberships/create_many', { group_memberships: others })
    await done('DELETE', `/group_memberships/destroy_many?ids=${numbers(own, 'group_memberships')[0]}`)
    await done('POST', '/webhooks/test', { webhook: { endpoint: 'http://127.0.0.1:9/' } })
    expect(twin.violations()).toEqual([])
  })

  it('notes a request that is not as described, and answers it in the words of the provider', async () => {
    const answer = await call(twin, 'POST', '/tickets', {
      body: { ticket: { comment: { body: 'x' }, priority: 'soon' } },
    })
    expect(answer.status).toBe(422)
    expect(at(answer.json, 'error')).toBe('RecordInvalid')
    expect(list(answer.json, 'details', 'priority')).toHaveLength(1)
    expect(twin.violations().at(-1)).toMatchObject({ direction: 'request', method: 'POST', path: '/api/v2/tickets' })
  })

  it('has checked more than three hundred exchanges by now', () => {
    const { requests, responses } = twin.contractChecks()
    expect(requests).toBeGreaterThan(300)
    expect(responses).toBeGreaterThan(300)
  })
})
