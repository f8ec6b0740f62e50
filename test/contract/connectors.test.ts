import { describe, expect, it } from 'vitest'
import { connectors } from '../../subgraphs/registry.ts'
import type { Driver } from './driver.ts'
import { intercomDriver } from './intercom.ts'
import { describeConnector } from './suite.ts'

const drivers: readonly Driver[] = [intercomDriver]

describe('the connector contract', () => {
  it('has a driver for every registered provider, and for no other', () => {
    expect(drivers.map(({ provider }) => provider).sort()).toEqual(connectors.map(({ provider }) => provider).sort())
  })

  for (const connector of connectors) {
    const driver = drivers.find(({ provider }) => provider === connector.provider)
    if (driver !== undefined) describeConnector(connector, driver)
  }
})
