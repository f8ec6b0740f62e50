import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { staleFiles } from '../../codegen.ts'
import { providerNames } from '../../subgraphs/provider-names.ts'
import { providers } from '../../subgraphs/registry.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

test('what is generated is committed as it is generated now', async () => {
  expect(await staleFiles(ROOT)).toEqual([])
})

test('every provider is registered under a name that the schema has, and no name is without one', () => {
  expect(providers.map(({ connector }) => connector.provider).toSorted()).toEqual(providerNames.toSorted())
})
