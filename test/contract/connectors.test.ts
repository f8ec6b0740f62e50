import { readdirSync } from 'node:fs'
import { expect, it } from 'vitest'
import { connectors } from '../../subgraphs/registry.ts'

/** A file of tests for each provider, so that they run side by side, and each by itself. */
it('has the suite run for every registered provider, and for no other', () => {
  const files = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.test.ts'))
  const expected = connectors.map(({ provider }) => `${provider}.test.ts`)
  expect(files.filter((name) => name !== 'connectors.test.ts').toSorted()).toEqual(expected.toSorted())
})
