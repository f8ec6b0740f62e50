import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Json } from '../../../store/kinds.ts'
import { contacts } from '../../../subgraphs/intercom/read-contacts.ts'
import { tickets } from '../../../subgraphs/intercom/read-tickets.ts'
import { contextOf } from './fake-client.ts'
import { fakeSearch, runThrough, type Held } from './fake-search.ts'
import { CONTACT, TICKET } from './records.ts'

const START_S = Date.parse('2026-01-01T20:00:00Z') / 1000

/** Contacts whose name is their revision, or tickets whose number is. */
const SUBJECTS = {
  contacts: { stream: contacts, path: '/contacts/search', list: 'data', byDay: true },
  tickets: { stream: tickets, path: '/tickets/search', list: 'tickets', byDay: false },
} as const

const showContact = (id: string, { updatedAt, revision }: Held) => ({
  ...CONTACT,
  id,
  name: String(revision),
  updated_at: updatedAt,
})
const showTicket = (id: string, { updatedAt, revision }: Held) => ({
  ...TICKET,
  id,
  ticket_id: String(revision),
  updated_at: updatedAt,
})

/** What happens between two pages: time passes, then a record changes or is made. A page may also be lost on its way to the store. */
const step = fc.record({
  seconds: fc.constantFrom(0, 0, 1, 30, 4_000, 90_000),
  changes: fc.array(fc.nat(30), { maxLength: 3 }),
  lost: fc.boolean(),
})

describe.each(['contacts', 'tickets'] as const)('a search for %s', (name) => {
  const { stream, path, list, byDay } = SUBJECTS[name]

  function open(held: ReadonlyMap<string, Held>) {
    const show = name === 'contacts' ? showContact : showTicket
    const single = (id: string) => {
      const one = held.get(id)
      return one === undefined ? { status: 404, body: null } : { body: show(id, one) }
    }
    return fakeSearch(held, {
      path,
      list,
      byDay,
      perPage: 3,
      show,
      other: (call) => single(call.path.split('/').at(-1) ?? ''),
    })
  }

  it('loses nothing, however the list moves while it is paged and wherever it is stopped', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(12), fc.array(step, { maxLength: 25 }), async (size, steps) => {
        let clock = START_S
        const held = new Map<string, Held>()
        const touch = (index: number) => {
          const before = held.get(`r${index}`)
          held.set(`r${index}`, { updatedAt: clock, revision: (before?.revision ?? 0) + 1 })
        }
        for (let index = 0; index < size; index += 1) touch(index)
        const client = open(held)
        const mirror = new Map<string, { revision: string | null; version: Date | null }>()
        const versions = () => new Map([...mirror].map(([id, { version }]) => [id, version]))
        let cursor: Json | null = null
        const readPage = async (keep: boolean) => {
          const page = await stream.read(client, cursor, contextOf(versions(), new Date(clock * 1000)))
          if (!keep) return false
          for (const change of page.changes) {
            if (change.op === 'delete') mirror.delete(change.remoteId)
            else if (change.kind === 'contact')
              mirror.set(change.remoteId, { revision: change.fields.name, version: change.version })
            else if (change.kind === 'ticket')
              mirror.set(change.remoteId, { revision: change.fields.number, version: change.version })
          }
          cursor = structuredClone(page.cursor)
          return page.done
        }
        for (const { seconds, changes, lost } of steps) {
          await readPage(!lost)
          clock += seconds
          for (const index of changes) touch(index)
        }
        // When all is quiet: the run under way ends, and one more follows.
        for (let ended = 0; ended < 2;) ended += (await readPage(true)) ? 1 : 0
        const revisions = [...mirror].map(([id, { revision }]) => [id, revision])
        const truth = [...held].map(([id, { revision }]) => [id, String(revision)])
        expect(Object.fromEntries(revisions)).toEqual(Object.fromEntries(truth))
      }),
      { numRuns: 300 },
    )
  })

  it('of nothing ends at once, and finds what comes later', async () => {
    const held = new Map<string, Held>()
    const client = open(held)
    const first = await runThrough(stream, client, null)
    expect(first).toMatchObject({ changes: [], pages: 1 })
    held.set('late', { updatedAt: START_S, revision: 1 })
    const second = await runThrough(stream, client, first.cursor)
    expect(second.changes.map(({ remoteId }) => remoteId)).toEqual(['late'])
  })

  it('tells how many the run holds, on each of its pages', async () => {
    const held = new Map(
      Array.from({ length: 7 }, (_, index) => [`r${index}`, { updatedAt: START_S - index, revision: 1 }]),
    )
    const client = open(held)
    const first = await stream.read(client, null, contextOf())
    const second = await stream.read(client, first.cursor, contextOf())
    expect([first.total, first.done, second.total, second.done]).toEqual([7, false, 7, false])
  })

  it('answers the same page again for the same cursor', async () => {
    const held = new Map(
      Array.from({ length: 7 }, (_, index) => [`r${index}`, { updatedAt: START_S - index, revision: 1 }]),
    )
    const client = open(held)
    const { cursor } = await stream.read(client, null, contextOf())
    expect(await stream.read(client, cursor, contextOf())).toEqual(await stream.read(client, cursor, contextOf()))
  })

  it('finds what the index shows only minutes after it happened', async () => {
    const held = new Map<string, Held>([['seen', { updatedAt: START_S, revision: 1 }]])
    const client = open(held)
    const { cursor } = await runThrough(stream, client, null)
    held.set('late', { updatedAt: START_S - 600, revision: 1 })
    const { changes } = await runThrough(stream, client, cursor)
    expect(changes.map(({ remoteId }) => remoteId)).toContain('late')
  })

  it('is not led astray by a record from the future', async () => {
    const held = new Map<string, Held>([['future', { updatedAt: START_S + 1e9, revision: 1 }]])
    const client = open(held)
    const { cursor } = await runThrough(stream, client, null, { now: new Date(START_S * 1000) })
    held.set('next', { updatedAt: START_S + 60, revision: 1 })
    const { changes } = await runThrough(stream, client, cursor, { now: new Date((START_S + 61) * 1000) })
    expect(changes.map(({ remoteId }) => remoteId)).toContain('next')
  })

  it('asks for little when little changed', async () => {
    const held = new Map(
      Array.from({ length: 60 }, (_, index) => [`r${index}`, { updatedAt: START_S - index * 3600, revision: 1 }]),
    )
    const client = open(held)
    const { cursor } = await runThrough(stream, client, null)
    const stored = new Map([...held].map(([id, { updatedAt }]) => [id, new Date(updatedAt * 1000)]))
    held.set('r59', { updatedAt: START_S + 5, revision: 2 })
    client.calls.length = 0
    const { changes } = await runThrough(stream, client, cursor, { stored })
    // The one that changed, and the newest of the last run.
    expect(changes.map(({ remoteId }) => remoteId).toSorted()).toEqual(['r0', 'r59'])
    expect(client.calls.length).toBeLessThanOrEqual(4)
  })

  it('refuses a cursor that is none of its own', async () => {
    await expect(stream.read(open(new Map()), { mark: 'yesterday' }, contextOf())).rejects.toThrow(
      `intercom: ${name} cursor: expected`,
    )
  })
})
