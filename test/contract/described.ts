import { describe, expect, it } from 'vitest'
import type { Connector } from '../../kit/contract.ts'
import type { Driver } from './driver.ts'
import { emptyMirror, openStage } from './stage.ts'

/** Keeping to what the provider publishes about its API. The other groups with a strict twin fail when they do not. */
export function describeDescribed(connector: Connector, driver: Driver): void {
  describe('published description', () => {
    it.skipIf(!driver.described)('has everything that reading asks for, first and later', async () => {
      await using stage = await openStage(connector, driver, 'strict')
      const mirror = emptyMirror()
      await connector.identify(stage.client())
      for (const stream of connector.streams) {
        const run = await stage.readToEnd(stream, null, mirror)
        await stage.pass(60_000)
        await stage.world.change(stream.name)
        await stage.readToEnd(stream, run.at(-1)?.cursor ?? null, mirror)
      }
      expect(await stage.world.violations()).toEqual([])
      expect((await stage.world.requests()).filter(({ status }) => status === null || status >= 400)).toEqual([])
    })
  })
}
