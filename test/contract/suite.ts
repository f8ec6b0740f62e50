import { describe } from 'vitest'
import { connectors } from '../../subgraphs/registry.ts'
import { describeActing } from './acting.ts'
import { describeAuditing } from './auditing.ts'
import { describeConnecting } from './connecting.ts'
import { describeDeclaration } from './declaration.ts'
import { describeDelivering } from './delivering.ts'
import type { Driver } from './driver.ts'
import { describeFaults } from './faults.ts'
import { describeLooking } from './looking.ts'
import { describeReceipts } from './receipts.ts'
import { describeDescribed } from './described.ts'
import { describeCovered } from './covered.ts'
import { describeOddRecords } from './odd-records.ts'
import { describeReading } from './reading.ts'
import { describeRemapping } from './remapping.ts'

/**
 * What is true of every connector, proven of one of them at its provider's twin.
 *
 * Each group of tests starts a twin of its own, so none sees what another did.
 */
export function describeConnector(driver: Driver): void {
  const connector = connectors.find(({ provider }) => provider === driver.provider)
  if (connector === undefined) throw new Error(`no connector of the name ${driver.provider} is registered`)
  describe(`the connector contract, kept by ${connector.provider}`, () => {
    describeDeclaration(connector)
    describeCovered(connector, driver)
    describeConnecting(connector, driver)
    describeReading(connector, driver)
    describeAuditing(connector, driver)
    describeDescribed(connector, driver)
    describeDelivering(connector, driver)
    describeActing(connector, driver)
    describeLooking(connector, driver)
    describeReceipts(connector, driver)
    describeFaults(connector, driver)
    describeOddRecords(connector, driver)
    describeRemapping(connector, driver)
  })
}
