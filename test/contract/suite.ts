import { describe } from 'vitest'
import type { Connector } from '../../kit/contract.ts'
import { describeActing } from './acting.ts'
import { describeConnecting } from './connecting.ts'
import { describeDeclaration } from './declaration.ts'
import { describeDelivering } from './delivering.ts'
import type { Driver } from './driver.ts'
import { describeFaults } from './faults.ts'
import { describeDescribed } from './described.ts'
import { describeCovered } from './covered.ts'
import { describeOddRecords } from './odd-records.ts'
import { describeReading } from './reading.ts'

/**
 * What is true of every connector, proven of one of them at its provider's twin.
 *
 * Each group of tests starts a twin of its own, so none sees what another did.
 */
export function describeConnector(connector: Connector, driver: Driver): void {
  describe(`${connector.provider}`, () => {
    describeDeclaration(connector)
    describeCovered(connector, driver)
    describeConnecting(connector, driver)
    describeReading(connector, driver)
    describeDescribed(connector, driver)
    describeDelivering(connector, driver)
    describeActing(connector, driver)
    describeFaults(connector, driver)
    describeOddRecords(connector, driver)
  })
}
