import { describe, expect, it } from 'vitest'
import type { Call } from '../../../kit/account-client.ts'
import type { Json } from '../../../store/kinds.ts'
import { contacts } from '../../../subgraphs/freshdesk/read-contacts.ts'
import { contextOf, fakeClient, NOW } from './fake-client.ts'
import { CONTACT } from './records.ts'

const at = (id: number) => ({ id, updated_at: CONTACT.updated_at })

/** A Freshdesk with a contact in each of its lists. */
const desk = () =>
  fakeClient(({ path, query }: Call) => {
    if (path !== '/contacts') return { body: { ...CONTACT, id: Number(path.split('/')[2]) } }
    const listed = { blocked: [at(2)], deleted: [at(3)] }
    const state = query?.['state']
    return { body: state === 'blocked' || state === 'deleted' ? listed[state] : [at(1)] }
  })

describe('contacts', () => {
  it('are read of all three lists, and are blocked or gone as these tell', async () => {
    const client = desk()
    const changes = []
    let cursor: Json | null = null
    for (let done = false; !done;) {
      const page = await contacts.read(client, cursor, contextOf())
      changes.push(...page.changes.filter(({ kind }) => kind === 'contact'))
      ;({ cursor, done } = page)
    }
    expect(changes).toMatchObject([
      { op: 'upsert', remoteId: '1', fields: { blocked: false, tagRemoteIds: ['vip'] } },
      { op: 'upsert', remoteId: '2', fields: { blocked: true } },
      { op: 'delete', remoteId: '3' },
    ])
    const since = new Date(NOW.getTime() - 10 * 60_000).toISOString()
    expect(cursor).toMatchObject({ list: 'active', page: 1, since, trashSince: since, startedAt: null })
    const asked = client.calls.filter(({ path }) => path === '/contacts').map(({ query }) => query?.['_updated_since'])
    expect(asked).toEqual(['1970-01-01T00:00:00.000Z', '1970-01-01T00:00:00.000Z', since])
  })

  it('are told as deleted when one is in the trash, or not there', async () => {
    const trashed = fakeClient(() => ({ body: { ...CONTACT, deleted: true } }))
    const away = fakeClient(() => ({ status: 404 }))
    for (const client of [trashed, away]) {
      expect(await contacts.readOne?.(client, String(CONTACT.id), contextOf())).toMatchObject([
        { op: 'delete', kind: 'contact', remoteId: String(CONTACT.id) },
      ])
    }
  })

  it('are blocked when one is read alone that stands in the list of the blocked', async () => {
    const read = (id: string) => contacts.readOne?.(desk(), id, contextOf())
    expect(await read('1')).toMatchObject([{ kind: 'contact', fields: { blocked: false } }, {}])
    expect(await read('2')).toMatchObject([{ kind: 'contact', fields: { blocked: true } }, {}])
  })

  it('are not told as gone when they are agents, who are no contacts there', async () => {
    const away = fakeClient(() => ({ status: 404 }))
    const known = { ...contextOf(), versions: () => Promise.resolve(new Map([['7', null]])) }
    expect(await contacts.readOne?.(away, '7', known)).toEqual([])
    expect(away.calls).toEqual([])
  })
})
