import { describe, expect, it } from 'vitest'
import type { Connector } from '../../kit/contract.ts'
import { startInbox, OWN_SECRET } from './delivered.ts'
import type { Driver } from './driver.ts'
import { openStage } from './stage.ts'

/** Webhooks that the connector sets up by API, at an address and with a secret of the integration's own. */
export function describeSubscribing(connector: Connector, driver: Driver): void {
  const subscription = connector.webhook?.subscription ?? null

  describe.skipIf(subscription === null)('subscription', () => {
    it('is for deliveries to an integration’s own address', () => {
      expect(connector.webhook?.addressee).toBe('integration')
    })

    it('stands once, however often it is asked for, and ends what it began', async () => {
      await using stage = await openStage(connector, driver, 'strict')
      await using inbox = await startInbox(stage)
      const { world } = stage
      const address = { url: inbox.url, secret: OWN_SECRET }
      const happen = async (): Promise<number> => {
        const before = inbox.posted().length
        await stage.pass(60_000)
        await world.customerWrites({ thread: null, text: 'Hello?' })
        await world.delivered()
        return inbox.posted().length - before
      }
      expect(await world.subscriptionsTo(inbox.url)).toBe(0)
      await subscription?.subscribe(stage.client(), address)
      const once = await world.subscriptionsTo(inbox.url)
      expect(once).toBeGreaterThan(0)
      const second = await subscription?.subscribe(stage.client(), address)
      expect(await world.subscriptionsTo(inbox.url)).toBe(once)
      expect(await happen()).toBeGreaterThan(0)
      // What is kept of it comes back from the database.
      const made = JSON.parse(JSON.stringify(second?.made ?? null))
      await subscription?.unsubscribe(stage.client(), made)
      expect(await world.subscriptionsTo(inbox.url)).toBe(0)
      expect(await happen()).toBe(0)
      await subscription?.unsubscribe(stage.client(), made)
    })
  })
}
