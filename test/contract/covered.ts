import { describe, expect, it } from 'vitest'
import type { Connector } from '../../kit/contract.ts'
import type { Driver } from './driver.ts'
import { asSet } from './changes.ts'
import { openStage } from './stage.ts'

/** That a driver leaves nothing of its connector out: what is in no case here was proven by nobody. */
export function describeCovered(connector: Connector, driver: Driver): void {
  describe('driver', () => {
    const names = connector.streams.map(({ name }) => name)

    it('speaks of streams that there are, and of how each can be malformed', () => {
      const told = [...driver.readWhole, ...driver.unchanging, ...driver.undeletable]
      const unseen = driver.unseen.map(({ stream }) => stream)
      expect([...told, ...unseen].filter((name) => !names.includes(name))).toEqual([])
      expect(asSet(Object.keys(driver.odd))).toEqual(asSet(names))
      expect(Object.values(driver.odd).some((odd) => odd !== null)).toBe(true)
    })

    it('says of no action what the connector does not do', () => {
      const { actions } = connector
      expect(driver.takes.once.filter((name) => actions[name] === undefined)).toEqual([])
      expect(driver.takes.draft.length > 0).toBe(actions.createTicket !== undefined)
      expect(driver.takes.patch.length > 0).toBe(actions.updateTicket !== undefined)
      expect(driver.takes.statuses.length > 0).toBe(driver.takes.patch.includes('status'))
      expect(driver.takes.priorities.length > 0).toBe(driver.takes.patch.includes('priority'))
      const people = actions.createContact !== undefined || actions.updateContact !== undefined
      expect(driver.takes.contact.length > 0).toBe(people)
      const companies = actions.createCompany !== undefined || actions.updateCompany !== undefined
      expect(driver.takes.company.length > 0).toBe(companies)
    })

    it('has a value for every field of the account’s own that is written', async () => {
      await using stage = await openStage(connector, driver, 'fast')
      const { customFields, ticketType, threads } = stage.world.cast
      const { draft, patch, contact, company } = driver.takes
      const written = {
        ticket: [...draft, ...patch].includes('customFields'),
        contact: contact.includes('customFields'),
        company: company.includes('customFields'),
      }
      for (const [kind, expected] of Object.entries(written)) {
        expect({ [kind]: Object.entries(customFields).some(([of, field]) => of === kind && field !== null) }).toEqual({
          [kind]: expected,
        })
      }
      expect([...draft, ...patch].includes('type') && ticketType === null).toBe(false)
      expect(new Set(threads.map(({ kind }) => kind)).size).toBe(threads.length)
    })

    it.each(names)('changes and deletes a record of the stream %s, or says that nobody can', async (name) => {
      await using stage = await openStage(connector, driver, 'fast')
      const { world } = stage
      await stage.pass(60_000)
      expect((await world.change(name)) === null).toBe(driver.unchanging.includes(name))
      await stage.pass(60_000)
      expect((await world.remove(name)) === null).toBe(driver.undeletable.includes(name))
    })
  })
}
