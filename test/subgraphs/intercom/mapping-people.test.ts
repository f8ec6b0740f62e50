import { describe, expect, it } from 'vitest'
import type { Json } from '../../../store/kinds.ts'
import { toCustomFields } from '../../../subgraphs/intercom/custom-fields.ts'
import {
  toAgent,
  toAttached,
  toCompany,
  toContact,
  toMergedAway,
  toTag,
  toTeam,
} from '../../../subgraphs/intercom/mapping-people.ts'
import { receive, wireAdmin, wireCompany, wireContact, wireTag, wireTeam } from '../../../subgraphs/intercom/wire.ts'
import { ADMIN, COMPANY, CONTACT, type Fields } from './records.ts'

describe('an admin', () => {
  const admin = (fields: Fields) => toAgent(receive(wireAdmin, { ...ADMIN, ...fields }, 'test'))

  it.each<[Fields, boolean | null]>([
    [{}, true],
    [{ away_mode_enabled: true }, false],
    [{ has_inbox_seat: false }, false],
    [{ away_mode_enabled: null }, null],
  ])('with %j is available: %j', (fields, available) => {
    expect(admin(fields).fields.available).toBe(available)
  })

  it('has its teams as ids, and its picture in either shape', () => {
    expect(admin({ team_ids: [814865], avatar: 'https://a.test/1.png' }).fields).toMatchObject({
      teamRemoteIds: ['814865'],
      avatarUrl: 'https://a.test/1.png',
    })
    expect(admin({ avatar: { type: 'avatar', image_url: 'https://a.test/2.png' } }).fields.avatarUrl).toBe(
      'https://a.test/2.png',
    )
    expect(admin({ avatar: null, team_ids: null, email: '' }).fields).toMatchObject({
      avatarUrl: null,
      teamRemoteIds: [],
      email: null,
    })
  })
})

it('a team has its admins as ids', () => {
  const team = toTeam(receive(wireTeam, { type: 'team', id: 814865, name: 'Refunds', admin_ids: [493881, 1] }, 'test'))
  expect(team).toMatchObject({ remoteId: '814865', fields: { name: 'Refunds', agentRemoteIds: ['493881', '1'] } })
})

it('a tag is the same tag whether it is listed or was just put on something', () => {
  const listed = { type: 'tag', id: '86', name: 'Manual tag' }
  const applied = { ...listed, applied_at: 1663597223, applied_by: { type: 'admin', id: '456' } }
  expect(toTag(receive(wireTag, applied, 'test'))).toEqual(toTag(receive(wireTag, listed, 'test')))
})

describe('a company', () => {
  const company = (fields: Fields) => toCompany(receive(wireCompany, { ...COMPANY, ...fields }, 'test'))

  it("has Intercom's id for its own, and the customer's as the external one", () => {
    expect(company({ plan: { type: 'plan', id: '1', name: 'Pro' }, size: 100, industry: '' })).toMatchObject({
      remoteId: '6762f07f1bb69f9f2193baf5',
      fields: { externalId: '1', name: 'company1', plan: 'Pro', size: 100, industry: null, website: null },
    })
  })

  it('stands with nulls wherever they may stand', () => {
    const nulls = {
      company_id: null,
      name: null,
      plan: null,
      size: null,
      tags: null,
      updated_at: null,
      custom_attributes: null,
    }
    expect(company(nulls)).toMatchObject({
      version: null,
      fields: { externalId: null, name: null, plan: null, tagRemoteIds: [] },
    })
  })
})

describe('a contact', () => {
  const received = (fields: Fields) => receive(wireContact, { ...CONTACT, ...fields }, 'test')
  const NONE = { tagRemoteIds: [], companyRemoteIds: [] }
  const list = (ids: readonly Json[], has_more = false): Json => ({
    type: 'list',
    data: ids.map((id) => ({ id })),
    has_more,
  })

  it('has its role, and what is attached to it', () => {
    const contact = received({ role: 'lead', tags: list([80, 81]), companies: list(['c1']) })
    const attached = toAttached(contact.wire)
    expect(attached).toEqual({ tagRemoteIds: ['80', '81'], companyRemoteIds: ['c1'] })
    expect(toContact(contact, attached ?? NONE)).toMatchObject({
      remoteId: '6762f0d01bb69f9f2193bb7d',
      version: new Date(1734537424_000),
      fields: {
        role: 'LEAD',
        email: 'joe@bloggs.com',
        externalId: '70',
        tagRemoteIds: ['80', '81'],
        companyRemoteIds: ['c1'],
      },
    })
  })

  it.each<[string, boolean]>([
    ['user', true],
    ['lead', false],
  ])('that is a %s has a proven address: %j', (role, emailVerified) => {
    expect(toContact(received({ role }), NONE).fields).toMatchObject({ emailVerified })
  })

  it.each<[string, Fields]>([
    ['more tags than fit', { tags: list([1], true) }],
    ['more companies than fit', { companies: list([1], true) }],
  ])('with %s does not say all by itself', (_, fields) => {
    expect(toAttached(received(fields).wire)).toBeNull()
  })

  it('that does not speak of tags does not say that it has none', () => {
    const { tags: _, ...silent } = CONTACT
    expect(toAttached(receive(wireContact, silent, 'test').wire)).toBeNull()
    expect(toAttached(received({ tags: null }).wire)).toEqual(NONE)
  })

  it('tells which contacts went into it', () => {
    // Source: REST 2.16, schema `merge_history_item`.
    const merge_history = [
      { type: 'merge_history', source_contact_id: 'lead1', source_contact_role: 'lead', merged_at: 1571672154 },
    ]
    expect(toMergedAway(received({ merge_history }).wire)).toEqual([
      { op: 'delete', kind: 'contact', remoteId: 'lead1', mergedIntoRemoteId: '6762f0d01bb69f9f2193bb7d' },
    ])
    expect(toMergedAway(received({ merge_history: null }).wire)).toEqual([])
  })

  it('stands with nulls wherever they may stand', () => {
    const nulls = {
      external_id: null,
      role: null,
      email: null,
      name: null,
      last_seen_at: null,
      created_at: null,
      updated_at: null,
    }
    expect(toContact(received({ ...nulls, custom_attributes: null }), NONE)).toMatchObject({
      version: null,
      fields: {
        role: 'LEAD',
        email: null,
        name: null,
        externalId: null,
        avatarUrl: null,
        createdAt: null,
        customFields: [],
      },
    })
  })
})

describe('custom fields without declared types', () => {
  it.each<[string, Json, string, Json]>([
    ['paid', true, 'BOOLEAN', true],
    ['spend', 155.5, 'NUMBER', 155.5],
    ['plan', 'Pro', 'TEXT', 'Pro'],
    ['renews_at', 1767225600, 'DATE', '2026-01-01T00:00:00.000Z'],
    ['sizes', [1, 2], 'LIST', [1, 2]],
    ['order', { type: 'order.list', instances: [] }, 'OTHER', { type: 'order.list', instances: [] }],
    ['nothing', null, 'OTHER', null],
  ])('"%s" of %j is %s', (key, value, type, shown) => {
    expect(toCustomFields({ [key]: value })).toEqual([{ key, label: key, type, value: shown }])
  })
})
