import { describe, expect, it } from 'vitest'
import type { AccountClient } from '../../../kit/account-client.ts'
import type { Change } from '../../../store/change.ts'
import { UnavailableError, OutcomeUnknownError, RejectedError } from '../../../kit/errors.ts'
import { companies } from '../../../subgraphs/intercom/read-companies.ts'
import { contacts } from '../../../subgraphs/intercom/read-contacts.ts'
import { conversations } from '../../../subgraphs/intercom/read-conversations.ts'
import { tickets } from '../../../subgraphs/intercom/read-tickets.ts'
import { admins, tags } from '../../../subgraphs/intercom/read-whole.ts'
import { streams } from '../../../subgraphs/intercom/streams.ts'
import { contextOf, errorBody, fakeClient, NOW } from './fake-client.ts'
import { fakeSearch, runThrough, type Held } from './fake-search.ts'
import {
  ADMIN,
  COMPANY,
  CONTACT,
  CONVERSATION,
  PART,
  TICKET,
  withParts,
  withTicketParts,
  type Fields,
} from './records.ts'

const NOW_S = NOW.getTime() / 1000
const MISSING = { status: 404, body: errorBody('not_found') }
const brief = (changes: readonly Change[]): string[] =>
  changes.map(({ op, kind, remoteId }) => `${op} ${kind} ${remoteId}`)

describe('streams', () => {
  it('come in the order in which records refer to each other', () => {
    const names = ['definitions', 'admins', 'teams', 'tags', 'companies', 'contacts', 'conversations', 'tickets']
    expect(streams.map(({ name }) => name)).toEqual(names)
  })

  const readable = streams.filter(({ readOne }) => readOne !== null)

  it.each(readable.map((stream) => [stream.name, stream] as const))(
    '%s says that a record which is not there is gone',
    async (_, stream) => {
      expect(
        await stream.readOne?.(
          fakeClient(() => MISSING),
          'a/b',
          contextOf(),
        ),
      ).toEqual([{ op: 'delete', kind: stream.kind, remoteId: 'a/b', mergedIntoRemoteId: null }])
    },
  )

  it.each(readable.map((stream) => [stream.name, stream] as const))(
    '%s does not take a refusal for a deletion',
    async (_, stream) => {
      const refused = fakeClient(() => ({ status: 403, body: errorBody('api_plan_restricted') }))
      await expect(stream.readOne?.(refused, '1', contextOf())).rejects.toBeInstanceOf(RejectedError)
    },
  )
})

describe('a list that comes whole', () => {
  const list = (...records: readonly Fields[]) => fakeClient(() => ({ body: { type: 'admin.list', admins: records } }))

  it('tells what is there, and what is stored and no longer there', async () => {
    const stored = new Map([
      ['991267466', null],
      ['left', null],
    ])
    const page = await admins.read(list(ADMIN), null, contextOf(stored))
    expect(brief(page.changes)).toEqual(['upsert agent 991267466', 'delete agent left'])
    expect(page).toMatchObject({ done: true, total: 1 })
    expect(page.cursor).not.toBeNull()
  })

  it('with an odd record in it tells the rest, and takes that one not for vanished', async () => {
    const stored = new Map([
      ['odd', null],
      ['left', null],
    ])
    const odd = await admins.read(list(ADMIN, { ...ADMIN, id: 'odd', name: 7 }), null, contextOf(stored))
    expect(brief(odd.changes)).toEqual(['upsert agent 991267466', 'delete agent left'])
    expect(odd.failed).toMatchObject([{ remoteId: 'odd' }])
    const nameless = await admins.read(list(ADMIN, { ...ADMIN, id: null }), null, contextOf(stored))
    expect(brief(nameless.changes)).toEqual(['upsert agent 991267466'])
    expect(nameless.failed).toMatchObject([{ remoteId: null }])
  })

  it('that is empty takes all away', async () => {
    expect(brief((await admins.read(list(), {}, contextOf(new Map([['a', null]])))).changes)).toEqual([
      'delete agent a',
    ])
  })

  it('that is not as promised takes nothing away', async () => {
    const odd = fakeClient(() => ({ body: { type: 'list' } }))
    await expect(tags.read(odd, null, contextOf(new Map([['a', null]])))).rejects.toThrow(
      'intercom: tags: expected "data"',
    )
  })
})

describe('companies', () => {
  const all = (count: number): Fields[] =>
    Array.from({ length: count }, (_, index) => ({ ...COMPANY, id: `c${index}` }))

  it('are read page by page up to the wall', async () => {
    const held = all(120)
    const client = fakeClient(({ path, query }) => {
      expect(path).toBe('/companies/list')
      const [page, size] = [Number(query?.['page']), Number(query?.['per_page'])]
      const pages = { type: 'pages', page, per_page: size, total_pages: Math.ceil(held.length / size), next: null }
      return {
        body: { type: 'list', data: held.slice((page - 1) * size, page * size), pages, total_count: held.length },
      }
    })
    const run = await runThrough(companies, client, null)
    expect(run.pages).toBe(3)
    expect(brief(run.changes)).toEqual(held.map((_, index) => `upsert company c${index}`))
    expect(client.calls.every(({ safe }) => safe === true)).toBe(true)
    client.calls.length = 0
    await companies.read(client, run.cursor, contextOf())
    expect(client.calls[0]?.query).toMatchObject({ page: 1 })
  })

  const beyond = (scroll: (param: unknown) => { status?: number; body: unknown }) =>
    fakeClient(({ path, query }) =>
      path === '/companies/scroll'
        ? scroll(query?.['scroll_param'])
        : { body: { type: 'list', data: all(50), pages: { page: 1, total_pages: 201 }, total_count: 10_001 } },
    )

  it('are scrolled through from beginning to end beyond it', async () => {
    const chunks = [all(2), [{ ...COMPANY, id: 'last' }], []]
    let next = 0
    const client = beyond((param) => {
      expect(param).toBe(next === 0 ? null : 'scroll1')
      next += 1
      return { body: { type: 'list', data: chunks[next - 1], pages: null, total_count: null, scroll_param: 'scroll1' } }
    })
    const run = await runThrough(companies, client, null)
    expect(brief(run.changes)).toEqual(['upsert company c0', 'upsert company c1', 'upsert company last'])
    // Each call moves the scroll on, so none may be repeated by the client.
    expect(client.calls.filter(({ path }) => path === '/companies/scroll').map(({ safe }) => safe)).toEqual([
      false,
      false,
      false,
    ])
  })

  it('begin anew when a scroll breaks off, after it died', async () => {
    const client = beyond(() => {
      throw new OutcomeUnknownError('intercom', 'GET /companies/scroll got no answer')
    })
    const broken = companies.read(client, null, contextOf())
    await expect(broken).rejects.toBeInstanceOf(UnavailableError)
    await expect(broken).rejects.toMatchObject({ retryAt: new Date(NOW.getTime() + 60_000) })
  })
})

describe('contacts', () => {
  it('are completed when more is attached than fits, page by page', async () => {
    const crowded = { type: 'list', data: [{ id: '1' }], has_more: true, total_count: 12 }
    const contact = { ...CONTACT, id: 'k1', tags: crowded, companies: crowded }
    const client = fakeClient(({ path, query }) => {
      if (path === '/contacts/k1/tags') return { body: { type: 'list', data: [{ id: '1' }, { id: '2' }] } }
      if (path !== '/contacts/k1/companies') return { body: contact }
      const second = query?.['page'] === 2
      return {
        body: {
          type: 'list',
          data: [{ id: second ? 'c2' : 'c1' }],
          pages: { next: second ? null : 'https://api.test/x?page=2' },
        },
      }
    })
    const [read] = (await contacts.readOne?.(client, 'k1', contextOf())) ?? []
    expect(read).toMatchObject({ fields: { tagRemoteIds: ['1', '2'], companyRemoteIds: ['c1', 'c2'] } })
  })

  it('that were merged away say into whom, and the survivor is read too', async () => {
    const client = fakeClient(({ path }) =>
      path === '/contacts/lead1'
        ? { status: 410, headers: { Link: '</contacts/user1>; rel="canonical"' }, body: errorBody('contact_merged') }
        : { body: { ...CONTACT, id: 'user1', merge_history: [{ type: 'merge_history', source_contact_id: 'lead1' }] } },
    )
    const changes = (await contacts.readOne?.(client, 'lead1', contextOf())) ?? []
    expect(brief(changes)).toEqual(['upsert contact user1', 'delete contact lead1'])
    expect(changes.at(-1)).toMatchObject({ mergedIntoRemoteId: 'user1' })
  })

  it('that took others in tell it, since no delivery does', async () => {
    const merge_history = [
      { type: 'merge_history', source_contact_id: 'lead1', source_contact_role: 'lead', merged_at: 1 },
    ]
    const client = fakeClient(() => ({ body: { ...CONTACT, id: 'user1', merge_history } }))
    expect(brief((await contacts.readOne?.(client, 'user1', contextOf())) ?? [])).toEqual([
      'upsert contact user1',
      'delete contact lead1',
    ])
    expect(client.calls[0]?.query).toEqual({ include_merge_history: true })
  })

  it('are left out one by one, with a sentence that names the field and the record', async () => {
    const held = new Map<string, Held>(['k1', 'k2', 'k3'].map((id) => [id, { updatedAt: NOW_S, revision: 1 }]))
    const show = (id: string, { updatedAt }: Held) => ({
      ...CONTACT,
      id,
      updated_at: id === 'k2' ? null : updatedAt,
      email: id === 'k1' ? 7 : null,
    })
    const client = fakeSearch(held, {
      path: '/contacts/search',
      list: 'data',
      byDay: true,
      perPage: 3,
      show,
      other: () => MISSING,
    })
    const { changes, failed } = await contacts.read(client, null, contextOf())
    expect(brief(changes)).toEqual(['upsert contact k3'])
    expect(failed).toEqual([
      {
        remoteId: 'k2',
        reason: 'intercom: contacts: expected "updated_at" to be a number, but got null (contact k2)',
      },
      {
        remoteId: 'k1',
        reason: 'intercom: contacts: expected "email" to be a string, but got a number (contact k1)',
      },
    ])
  })
})

describe('conversations', () => {
  interface World {
    held: Map<string, Held>
    deleted: { id: string; deleted_at: number }[]
    gets: string[]
    /** Conversations that a single read does not serve, and with which status. */
    broken: Map<string, number>
  }
  const world = (...ids: readonly string[]): World => ({
    held: new Map(ids.map((id, index) => [id, { updatedAt: NOW_S - 100 - index, revision: 1 }])),
    deleted: [],
    gets: [],
    broken: new Map(),
  })
  const PER_PAGE = 2
  const show = (id: string, { updatedAt }: Held) => ({ ...CONVERSATION, id, updated_at: updatedAt })

  const open = (of: World) =>
    fakeSearch(of.held, {
      path: '/conversations/search',
      list: 'conversations',
      byDay: false,
      perPage: 3,
      show,
      other: ({ path, query }) => {
        if (path === '/conversations/deleted') {
          const page = Number(query?.['page'])
          const newestFirst = of.deleted.toSorted((a, b) => b.deleted_at - a.deleted_at)
          const next =
            newestFirst.length > page * PER_PAGE ? `https://api.test/conversations/deleted?page=${page + 1}` : null
          const shown = newestFirst.slice((page - 1) * PER_PAGE, page * PER_PAGE)
          return {
            body: { type: 'conversations.list', conversations: shown, pages: { type: 'pages', next }, total_count: 9 },
          }
        }
        const id = path.split('/').at(-1) ?? ''
        of.gets.push(id)
        const status = of.broken.get(id)
        if (status !== undefined) return { status, body: errorBody('server_error') }
        const one = of.held.get(id)
        return one === undefined ? MISSING : { body: withParts(show(id, one), [{ ...PART, id: `${id}-p` }]) }
      },
    })

  it('come with their messages, each by a single read', async () => {
    const given = world('1', '2', '3', '4')
    const { changes } = await runThrough(conversations, open(given), null)
    expect(brief(changes).filter((change) => change.includes('1'))).toEqual([
      'upsert conversation 1',
      'upsert message source:1',
      'upsert message 1-p',
    ])
    expect(given.gets.toSorted()).toEqual(['1', '2', '3', '4'])
  })

  it('that are stored as they are shown are not read again', async () => {
    const given = world('1', '2', '3')
    const stored = new Map<string, Date | null>([
      ['1', new Date((NOW_S - 100) * 1000)],
      // Stored from the answer to an action, which may lack parts.
      ['2', null],
    ])
    await runThrough(conversations, open(given), null, { stored })
    expect(given.gets.toSorted()).toEqual(['2', '3'])
  })

  it('that go between search and read are told as gone', async () => {
    const given = world('1')
    const client = open(given)
    const vanishing: AccountClient = {
      ...client,
      request: async (call) => {
        const answer = await client.request(call)
        if (call.path === '/conversations/search') given.held.delete('1')
        return answer
      },
    }
    const { changes } = await conversations.read(vanishing, null, contextOf())
    expect(brief(changes)).toEqual(['delete conversation 1'])
  })

  it('that cannot be served are left out by name, and the others come', async () => {
    const given = world('1', '2', '3')
    given.broken.set('2', 500)
    const page = await conversations.read(open(given), null, contextOf())
    expect(brief(page.changes).filter((change) => change.includes('conversation'))).toEqual([
      'upsert conversation 1',
      'upsert conversation 3',
    ])
    expect(page.failed).toEqual([{ remoteId: '2', reason: 'intercom: answered 500 server_error (request b6r0)' }])
  })

  it('that are in quarantine are not asked for again by a run, unless they changed since', async () => {
    const given = world('1', '2')
    const now = new Date(NOW.getTime() + 3_600_000)
    const asked = new Map(['1', '2'].map((id) => [id, NOW]))
    given.held.set('2', { updatedAt: NOW_S + 10, revision: 2 })
    await conversations.read(open(given), null, contextOf(new Map(), now, asked))
    expect(given.gets).toEqual(['2'])
  })

  it('are none of them left out when not one is answered: then the provider is down', async () => {
    const given = world('1', '2', '3', '4', '5', '6')
    for (const id of given.held.keys()) given.broken.set(id, 500)
    const client = fakeSearch(given.held, {
      path: '/conversations/search',
      list: 'conversations',
      byDay: false,
      perPage: 6,
      show,
      other: () => ({ status: 503, body: errorBody('service_unavailable') }),
    })
    await expect(conversations.read(client, null, contextOf())).rejects.toBeInstanceOf(UnavailableError)
  })

  it('that were deleted are told at the end of each run, those of before the first run never', async () => {
    const given = world('1')
    given.deleted.push({ id: 'ancient', deleted_at: NOW_S - 90_000 })
    const client = open(given)
    const first = await runThrough(conversations, client, null)
    expect(brief(first.changes)).not.toContain('delete conversation ancient')

    for (const [index, id] of ['a', 'b', 'c', 'd', 'e'].entries())
      given.deleted.push({ id, deleted_at: NOW_S + 10 + index })
    const second = await runThrough(conversations, client, first.cursor)
    const gone = brief(second.changes).filter((change) => change.startsWith('delete'))
    expect(gone.toSorted()).toEqual(['a', 'b', 'c', 'd', 'e'].map((id) => `delete conversation ${id}`))

    given.deleted.push({ id: 'later', deleted_at: NOW_S + 100_000 })
    const third = await runThrough(conversations, client, second.cursor)
    expect(brief(third.changes)).toContain('delete conversation later')
    // What is more than an hour older than the last one seen is not looked at any more.
    const fourth = await runThrough(conversations, client, third.cursor)
    expect(brief(fourth.changes).filter((change) => change.startsWith('delete'))).toEqual(['delete conversation later'])
  })

  it('that were deleted while the first run read history are told by it', async () => {
    const given = world('1')
    const client = open(given)
    const history = await conversations.read(client, null, contextOf())
    given.deleted.push({ id: '1', deleted_at: NOW_S + 5 })
    expect(brief((await runThrough(conversations, client, history.cursor)).changes)).toContain('delete conversation 1')
  })
})

it('a ticket comes with its messages, and says when it was solved', async () => {
  const state = { type: 'ticket_state', id: '1', category: 'resolved', internal_label: 'Done' }
  const part = {
    ...PART,
    id: '9',
    part_type: 'ticket_state_updated_by_admin',
    body: null,
    ticket_state: 'resolved',
    created_at: 1767225690,
  }
  const earlier = { ...PART, ticket_state: 'submitted', created_at: 1767225600 }
  const client = fakeClient(() => ({ body: withTicketParts({ ...TICKET, ticket_state: state }, [part, earlier]) }))
  const changes = (await tickets.readOne?.(client, '90211', contextOf())) ?? []
  expect(brief(changes)).toEqual([
    'upsert ticket 90211',
    'upsert message ticket_part:9',
    'upsert message ticket_part:132',
  ])
  expect(changes[0]).toMatchObject({ fields: { status: 'SOLVED', solvedAt: new Date('2026-01-01T00:01:30Z') } })
})
