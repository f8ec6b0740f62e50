import { describe, expect, it } from 'vitest'
import { faultsIn } from '../../contract/changes.ts'
import { freshdesk } from '../../../subgraphs/freshdesk/index.ts'
import { contacts } from '../../../subgraphs/freshdesk/read-contacts.ts'
import { tickets } from '../../../subgraphs/freshdesk/read-tickets.ts'
import { openDesk } from './desk.ts'

const asSet = (ids: unknown): string[] => (Array.isArray(ids) ? ids.map(String).sort() : [])

describe('a sync of a Freshdesk account', () => {
  it.each([
    ['a shop', 0, 'harbourandpine'],
    ['a workshop with ids of 14 digits and a clock ahead', 1, 'kestrelworks'],
  ])('reads all of %s', async (_, account, domain) => {
    await using desk = await openDesk({}, account)
    for (const stream of freshdesk.streams) await desk.run(stream, null)
    const ids = async (kind: string) => asSet(await desk.twin.control('GET', `/ids/${kind}?account=${domain}`))
    expect(desk.mirror.ids('ticket').sort()).toEqual(await ids('tickets'))
    expect(desk.mirror.ids('company').sort()).toEqual(await ids('companies'))
    expect(desk.mirror.ids('agent').sort()).toEqual(await ids('agents'))
    const people = desk.mirror.ids('contact')
    expect((await ids('contacts')).filter((id) => !people.includes(id))).toEqual([])
    expect(faultsIn(desk.mirror.rows())).toEqual([])
    expect(desk.mirror.ids('message').length).toBeGreaterThan(desk.mirror.ids('ticket').length)
    expect(desk.mirror.ids('rating').length).toBeGreaterThan(1)
    expect(desk.mirror.ids('timeEntry').length).toBeGreaterThan(1)
    expect(desk.mirror.ids('definition')).toEqual(
      expect.arrayContaining(['field/ticket/status', 'field/contact/email', 'field/company/name']),
    )
  })

  it('is never throttled, by the account’s limits or the narrower ones', async () => {
    await using desk = await openDesk({
      accounts: [{ domain: 'acme', plan: 'growth', contacts: 150, companies: 10, tickets: 400 }],
    })
    await desk.run(contacts, null)
    await desk.run(tickets, null)
    const asked = desk.twin.requests()
    expect(asked.length).toBeGreaterThan(300)
    expect(asked.filter(({ status }) => status === 429)).toEqual([])
  })
})
