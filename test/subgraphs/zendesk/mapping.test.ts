import { describe, expect, it } from 'vitest'
import { type ReadAudit, toMessages } from '../../../subgraphs/zendesk/mapping-messages.ts'
import { fromOrganization, fromUser } from '../../../subgraphs/zendesk/mapping-people.ts'
import { fromTicket, toRating, toTicket, versionOf } from '../../../subgraphs/zendesk/mapping-tickets.ts'
import { receive, wireOrganization, wireUser } from '../../../subgraphs/zendesk/wire.ts'
import { wireLogEvent, wireMetrics, wireRating } from '../../../subgraphs/zendesk/wire-tickets.ts'
import { auditOf, type Fields, peopleOf, ticketOf, userRecord } from './records.ts'

const nothing = { people: new Map(), metrics: null, audits: [], log: null }
const fieldsOf = (more: Parameters<typeof ticketOf>[0]) => toTicket(ticketOf(more), null, null).fields

describe('a ticket', () => {
  it('is told by its own words and ours', () => {
    expect(fieldsOf({})).toMatchObject({
      number: '35436',
      status: 'OPEN',
      nativeStatus: 'open',
      priority: 'MEDIUM',
      nativePriority: 'normal',
      channel: 'WEB',
      nativeChannel: 'web',
      contactRemoteId: '20978392',
      contactRemoteIds: ['20978392', '20978393'],
      companyRemoteId: '509974',
      assigneeRemoteId: '235323',
      teamRemoteId: '98738',
      tagRemoteIds: ['order'],
    })
  })

  it.each([
    ['new', 'NEW'],
    ['open', 'OPEN'],
    ['pending', 'PENDING'],
    ['hold', 'ON_HOLD'],
    ['solved', 'SOLVED'],
    ['closed', 'CLOSED'],
    ['parked', 'OTHER'],
  ])('that is %s is %s', (status, ours) => {
    expect(fieldsOf({ status })).toMatchObject({ status: ours, nativeStatus: status })
  })

  it.each([
    [null, 'NONE'],
    ['low', 'LOW'],
    ['normal', 'MEDIUM'],
    ['urgent', 'URGENT'],
    ['whenever', 'OTHER'],
  ])('of priority %s has %s', (priority, ours) => {
    expect(fieldsOf({ priority })).toMatchObject({ priority: ours, nativePriority: priority })
  })

  it.each([
    ['email', 'EMAIL'],
    ['native_messaging', 'CHAT'],
    ['whatsapp', 'WHATSAPP'],
    ['voice', 'PHONE'],
    ['pigeon', 'OTHER'],
  ])('that came by %s came by %s', (channel, ours) => {
    expect(fieldsOf({ via: { channel } })).toMatchObject({ channel: ours, nativeChannel: channel })
  })

  it('may lack everything that may be null', () => {
    const empty = {
      subject: null,
      raw_subject: null,
      description: null,
      priority: null,
      type: null,
      via: null,
      requester_id: null,
      assignee_id: null,
      organization_id: null,
      group_id: null,
      email_cc_ids: null,
      tags: null,
      custom_fields: null,
      satisfaction_rating: null,
      created_at: null,
      updated_at: null,
      generated_timestamp: null,
    }
    expect(fieldsOf(empty)).toMatchObject({ contactRemoteId: null, contactRemoteIds: [], channel: 'OTHER' })
    expect(versionOf(ticketOf(empty).wire)).toBeNull()
  })

  it('has fields of the account’s own by their ids', () => {
    expect(fieldsOf({}).customFields).toEqual([
      { key: '27642', label: '27642', type: 'TEXT', value: '8841' },
      { key: '27648', label: '27648', type: 'BOOLEAN', value: true },
      { key: '27650', label: '27650', type: 'LIST', value: ['lid', 'strap'] },
      { key: '27651', label: '27651', type: 'OTHER', value: null },
    ])
  })

  it('is as new as what the system did to it', () => {
    expect(versionOf(ticketOf().wire)).toEqual(new Date('2026-01-01T00:01:05Z'))
    expect(versionOf(ticketOf({ generated_timestamp: null }).wire)).toEqual(new Date('2026-01-01T00:01:00Z'))
  })

  it('was solved when Zendesk counted it, as long as it is', () => {
    const metrics = receive(wireMetrics, { ticket_id: 35436, solved_at: '2026-01-01T02:00:00Z', replies: 2 }, 'metrics')
    const solved = toTicket(ticketOf({ status: 'solved' }), metrics, null)
    expect(solved.fields.solvedAt).toEqual(new Date('2026-01-01T02:00:00Z'))
    expect(solved.native).toMatchObject({ id: 35436, metric_set: { replies: 2 } })
    expect(toTicket(ticketOf({ status: 'open' }), metrics, null).fields.solvedAt).toBeNull()
  })

  it('that was deleted is gone', () => {
    const deleted = fromTicket({ ...nothing, ticket: ticketOf({ status: 'deleted' }) })
    expect(deleted).toEqual([{ op: 'delete', kind: 'ticket', remoteId: '35436', mergedIntoRemoteId: null }])
  })

  it('brings who asked, an agent too, and nobody who was deleted', () => {
    const kinds = (more: Parameters<typeof userRecord>[0]) =>
      fromTicket({ ...nothing, ticket: ticketOf(), people: peopleOf(userRecord(more)) }).map(({ kind }) => kind)
    expect(kinds({})).toContain('contact')
    expect(kinds({ role: 'agent' })).toContain('contact')
    expect(kinds({ active: false })).not.toContain('contact')
  })

  it('tells its rating, when it was given and of whom', () => {
    const ticket = ticketOf({ status: 'solved', satisfaction_rating: { id: 7, score: 'good', comment: 'Fast!' } })
    const audits = [
      auditOf([{ id: 1, type: 'SatisfactionRating', score: 'offered', assignee_id: 235323 }]),
      auditOf([{ id: 2, type: 'SatisfactionRating', score: 'good', assignee_id: 235324 }], {
        created_at: '2026-01-01T05:00:00Z',
      }),
    ]
    const [rating] = fromTicket({ ...nothing, ticket, audits }).filter(({ kind }) => kind === 'rating')
    expect(rating).toMatchObject({
      remoteId: '7',
      version: new Date('2026-01-01T05:00:00Z'),
      fidelity: 'partial',
      fields: { score: 5, nativeScore: 'good', remark: 'Fast!', agentRemoteId: '235324', ticketRemoteId: '35436' },
    })
    expect(fromTicket({ ...nothing, ticket: ticketOf() }).map(({ kind }) => kind)).not.toContain('rating')
  })
})

const AGENT = userRecord({ id: 235323, name: 'Zoe', role: 'agent' })
const comment = {
  id: 11,
  type: 'Comment',
  author_id: 20978392,
  body: 'Hi',
  html_body: '<p>Hi</p>',
  plain_body: 'Hi',
  public: true,
}

describe('a person', () => {
  it.each([
    [true, true],
    [false, false],
    [null, null],
  ])('who is verified: %j has a proven address: %j', (verified, emailVerified) => {
    const changes = fromUser(receive(wireUser, userRecord({ verified }), 'users'))
    expect(changes.find(({ kind }) => kind === 'contact')).toMatchObject({ fields: { emailVerified } })
  })
})

describe('what was said', () => {
  const read = (audits: readonly ReadAudit[], ...people: readonly Fields[]) =>
    toMessages(ticketOf().wire, audits, { people: peopleOf(...people), log: null }).map(({ fields }) => fields)

  it('is a reply in public and a note in private, by whom its author is', () => {
    const audits = [auditOf([comment]), auditOf([{ ...comment, id: 12, author_id: 235323, public: false }])]
    expect(read(audits, userRecord(), AGENT)).toMatchObject([
      {
        type: 'REPLY',
        authorType: 'CONTACT',
        contactRemoteId: '20978392',
        agentRemoteId: null,
        authorName: 'Ana Ruiz',
      },
      { type: 'NOTE', authorType: 'AGENT', contactRemoteId: null, agentRemoteId: '235323', authorName: 'Zoe' },
    ])
  })

  it('is by staff where nobody says who wrote, unless who asked or was copied did', () => {
    const by = (author_id: number, open = true) =>
      read([auditOf([{ ...comment, author_id, public: open }])])[0]?.authorType
    expect([by(20978392), by(20978393), by(5), by(20978392, false)]).toEqual(['CONTACT', 'CONTACT', 'AGENT', 'AGENT'])
  })

  it('by Zendesk itself is by a rule, or the system', () => {
    const rule = { author_id: -1, via: { channel: 'rule' } }
    const change = { id: 13, type: 'Change', field_name: 'status', value: 'solved', previous_value: 'open' }
    expect(read([auditOf([change], rule), auditOf([change], { author_id: -1 })])).toMatchObject([
      { type: 'ACTIVITY', nativeType: 'Change status', authorType: 'BOT', text: 'status: open → solved' },
      { authorType: 'SYSTEM', agentRemoteId: null, contactRemoteId: null },
    ])
  })

  it.each([
    ['new', 'NEW'],
    ['hold', 'ON_HOLD'],
    ['solved', 'SOLVED'],
    ['closed', 'CLOSED'],
    ['parked', 'OTHER'],
    [null, 'OTHER'],
  ])('and changed the status to %s leaves the ticket %s', (value, statusTo) => {
    const change = { id: 13, type: 'Change', field_name: 'status', value, previous_value: 'open' }
    const priority = { id: 14, type: 'Change', field_name: 'priority', value: 'high', previous_value: 'low' }
    expect(read([auditOf([comment, change, priority])]).map((said) => said.statusTo)).toEqual([null, statusTo, null])
  })

  it('tells with what status a ticket was made when it was over from the beginning', () => {
    const made = (value: string) =>
      read([auditOf([comment, { id: 13, type: 'Create', field_name: 'status', value }])]).slice(1)
    expect(made('open')).toEqual([])
    for (const [value, statusTo] of [
      ['solved', 'SOLVED'],
      ['closed', 'CLOSED'],
    ] as const) {
      const told = { type: 'ACTIVITY', nativeType: 'Create status', text: `status: none → ${value}`, statusTo }
      expect(made(value)).toMatchObject([told])
    }
  })

  it('has its files, and forgets those without an address', () => {
    const file = {
      file_name: 'a.png',
      content_url: 'https://acme.zendesk.com/a.png',
      content_type: 'image/png',
      size: 9,
    }
    const [said] = read([auditOf([{ ...comment, attachments: [file, { ...file, content_url: null }] }])])
    expect(said?.attachments).toEqual([
      { name: 'a.png', url: 'https://acme.zendesk.com/a.png', contentType: 'image/png', sizeBytes: 9 },
    ])
  })

  it('was redacted or made private when a later audit says so', () => {
    const later = auditOf([
      { id: 21, type: 'CommentRedactionEvent', comment_id: 11 },
      { id: 22, type: 'CommentPrivacyChange', comment_id: 11, public: false },
    ])
    expect(read([auditOf([comment]), later], AGENT)).toMatchObject([{ redacted: true, type: 'NOTE' }])
  })

  it('tells changes of state, and nothing of the rest', () => {
    const change = (id: number, field_name: string) => ({
      id,
      type: 'Change',
      field_name,
      value: '2',
      previous_value: null,
    })
    const events = [change(1, 'assignee_id'), change(2, 'tags'), { id: 3, type: 'Notification' }, change(4, 'group_id')]
    expect(read([auditOf(events)]).map(({ nativeType, text }) => [nativeType, text])).toEqual([
      ['Change assignee_id', null],
      ['Change group_id', null],
    ])
  })

  it('on a messaging ticket stands in its log, and each comment once', () => {
    const event = (id: string, type: string, reference: string) =>
      receive(
        wireLogEvent,
        {
          id,
          type,
          reference,
          created_at: '2026-01-01T00:02:00Z',
          author: { type: 'user', 'zen:support:user_id': 20978392 },
          content: { type: 'text', text: 'On the phone' },
          attachments: [],
          metadata: { public: true },
        },
        'log',
      )
    const log = [event('m1', 'message', 'zen:sunco:message:m1'), event('c12', 'comment', 'zen:comment:12')]
    const audits = [auditOf([comment]), auditOf([{ ...comment, id: 12, public: false, author_id: 235323 }])]
    const messages = toMessages(ticketOf().wire, audits, { people: peopleOf(userRecord(), AGENT), log })
    expect(messages.map(({ remoteId, fields }) => [remoteId, fields.type])).toEqual([
      ['12', 'NOTE'],
      ['message:m1', 'REPLY'],
    ])
  })
})

describe('people and organizations', () => {
  const user = (more: Parameters<typeof userRecord>[0]) => fromUser(receive(wireUser, userRecord(more), 'users'))

  it('are told with their tags', () => {
    expect(user({})).toMatchObject([
      { kind: 'tag', remoteId: 'vip' },
      {
        kind: 'contact',
        version: new Date('2026-01-01T09:00:00Z'),
        fields: {
          role: 'USER',
          externalId: 'crm-7',
          companyRemoteIds: ['509974'],
          blocked: false,
          phone: '+34600000000',
        },
      },
    ])
    expect(user({ external_id: null, suspended: true, organization_id: null }).at(-1)).toMatchObject({
      fields: { role: 'LEAD', blocked: true, companyRemoteIds: [] },
    })
  })

  it('that were deleted are gone', () => {
    expect(user({ active: false })).toEqual([expect.objectContaining({ op: 'delete', kind: 'contact' })])
    const organization = { id: 5, name: 'Acme', deleted_at: '2026-01-01T00:00:00Z' }
    expect(fromOrganization(receive(wireOrganization, organization, 'organizations'))).toEqual([
      expect.objectContaining({ op: 'delete', kind: 'company', remoteId: '5' }),
    ])
  })

  it('have hosts, of which the first is the website', () => {
    const organization = { id: 5, name: 'Acme', domain_names: ['acme.example', 'acme.test'], tags: ['big'] }
    expect(fromOrganization(receive(wireOrganization, organization, 'organizations'))).toMatchObject([
      { kind: 'tag' },
      { kind: 'company', fields: { website: 'acme.example', tagRemoteIds: ['big'] } },
    ])
  })
})

it.each([
  ['good', 5],
  ['good_with_comment', 5],
  ['bad_without_comment', 1],
  ['offered', null],
  ['unoffered', null],
])('a rating of %s counts as %s', (score, ours) => {
  const record = {
    id: 9,
    ticket_id: 1,
    requester_id: 2,
    assignee_id: null,
    score,
    comment: null,
    updated_at: '2026-01-01T00:00:00Z',
  }
  expect(toRating(receive(wireRating, record, 'ratings'))?.fields.score ?? null).toBe(ours)
})
