import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { StreamPage } from '../../../kit/contract.ts'
import { createMirror, type Mirror, type Row } from '../../contract/mirror.ts'
import { type Desk, openDesk, streamOf } from './desk.ts'

const STREAMS = ['definitions', 'groups', 'agents', 'organizations', 'users', 'tickets', 'satisfaction ratings']

let desk: Desk
const mirror: Mirror = createMirror()
const read = new Map<string, readonly StreamPage[]>()

beforeAll(async () => {
  desk = await openDesk()
  for (const name of STREAMS) read.set(name, await desk.readToEnd(name, mirror))
})
afterAll(() => desk[Symbol.asyncDispose]())

const rows = <K extends Row['kind']>(kind: K): Extract<Row, { kind: K }>[] =>
  mirror.rows().filter((row): row is Extract<Row, { kind: K }> => row.kind === kind)

describe('a first run', () => {
  it('has every ticket that was not deleted, the archived ones too', async () => {
    const deleted = new Set(await desk.ids('deleted'))
    const standing = (await desk.ids('all-tickets')).filter((id) => !deleted.has(id))
    expect(mirror.ids('ticket').toSorted()).toEqual(standing.toSorted())
  })

  it('asks for a start once, and then only by cursor', () => {
    const asked = desk.twin.requests().filter(({ path }) => path.endsWith('/incremental/tickets/cursor'))
    const queries = asked.map(({ query }) => new URLSearchParams(query))
    expect(queries.length).toBeGreaterThan(1)
    expect(queries.map((query) => [query.has('start_time'), query.has('cursor')])).toEqual(
      queries.map((_, index) => [index === 0, index > 0]),
    )
  })

  it('has who asked, for every ticket whose requester is there', () => {
    const people = new Set(mirror.ids('contact'))
    const lost = rows('ticket').filter(({ fields }) => !people.has(fields.contactRemoteId ?? ''))
    expect(lost).toEqual([])
  })

  it('tells by whom every comment was written, and every file', () => {
    const comments = rows('message').filter(({ fields }) => fields.type !== 'ACTIVITY')
    const unknown = comments.filter(
      ({ fields }) =>
        fields.authorName === null || (fields.contactRemoteId === null) === (fields.agentRemoteId === null),
    )
    expect(comments.length).toBeGreaterThan(100)
    expect(unknown).toEqual([])
    expect(comments.some(({ fields }) => fields.type === 'NOTE')).toBe(true)
  })

  it('knows what Zendesk counted, and when tickets were solved', () => {
    const solved = rows('ticket').filter(({ fields }) => fields.status === 'SOLVED' || fields.status === 'CLOSED')
    expect(solved.length).toBeGreaterThan(10)
    expect(solved.filter(({ fields }) => fields.solvedAt === null)).toEqual([])
    for (const { native } of solved) expect(native).toHaveProperty('metric_set.replies')
  })

  it('has a tag for every name that stands on a record', () => {
    const named = mirror.rows().flatMap((row) => ('tagRemoteIds' in row.fields ? row.fields.tagRemoteIds : []))
    const tags = new Set(mirror.ids('tag'))
    expect(named.filter((name) => !tags.has(name))).toEqual([])
  })

  it('places agents and groups by the same memberships', () => {
    const pairs = rows('team').flatMap(({ remoteId, fields }) => fields.agentRemoteIds.map((id) => `${id} ${remoteId}`))
    const other = rows('agent').flatMap(({ remoteId, fields }) => fields.teamRemoteIds.map((id) => `${remoteId} ${id}`))
    expect(pairs.length).toBeGreaterThan(3)
    expect(pairs.toSorted()).toEqual(other.toSorted())
  })

  it('keeps to the published description', () => {
    expect(desk.twin.violations()).toEqual([])
    expect([...read.values()].flat().flatMap((page) => page.failed)).toEqual([])
  })
})

describe('a later run', () => {
  it('tells of a rating, as the ticket does and as the list does, as one', async () => {
    const cursors = new Map([...read].map(([name, pages]) => [name, pages.at(-1)?.cursor ?? null]))
    const solved = rows('ticket').find(({ fields }) => fields.status === 'CLOSED')
    const rated = { ticketId: Number(solved?.remoteId), score: 'bad', comment: 'Took a week.' }
    await desk.pass(60_000)
    await desk.twin.control('POST', '/customers/rate', rated)
    await desk.pass(120_000)
    const fresh = createMirror()
    await desk.readToEnd('tickets', fresh, cursors.get('tickets') ?? null)
    const [told] = fresh.rows().filter((row) => row.kind === 'rating')
    expect(told).toMatchObject({
      fields: { score: 1, nativeScore: 'bad', remark: 'Took a week.', ticketRemoteId: solved?.remoteId },
    })
    await desk.readToEnd('satisfaction ratings', fresh, cursors.get('satisfaction ratings') ?? null)
    const listed = fresh.find('rating', told?.remoteId ?? '')
    expect(listed?.fields).toMatchObject({ score: 1, remark: 'Took a week.' })
  })

  it('tells of deleted people and tickets as gone', async () => {
    const [ticket] = rows('ticket')
    const waiting = rows('ticket').filter(({ fields }) => fields.status !== 'CLOSED')
    const busy = new Set(waiting.map(({ fields }) => fields.contactRemoteId))
    const person = rows('contact').find(({ remoteId }) => !busy.has(remoteId))
    const before = { users: read.get('users')?.at(-1)?.cursor, tickets: read.get('tickets')?.at(-1)?.cursor }
    await desk.twin.control('POST', '/delete', { kind: 'ticket', id: Number(ticket?.remoteId) })
    await desk.twin.control('POST', '/delete', { kind: 'user', id: Number(person?.remoteId) })
    await desk.pass(120_000)
    await desk.readToEnd('users', mirror, before.users ?? null)
    await desk.readToEnd('tickets', mirror, before.tickets ?? null)
    expect(mirror.ids('ticket')).not.toContain(ticket?.remoteId)
    expect(mirror.ids('contact')).not.toContain(person?.remoteId)
    const again = await streamOf('tickets').readOne?.(desk.client, ticket?.remoteId ?? '', desk.context(mirror))
    expect(again).toEqual([expect.objectContaining({ op: 'delete', kind: 'ticket' })])
  })
})
