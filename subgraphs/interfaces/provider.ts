import { registerEnumType } from 'type-graphql'
import { providerNames } from '../provider-names.ts'
import { providerEnum } from '../names.ts'

/** The providers of the registry, as the graph's `Provider` enum: `{ INTERCOM: 'intercom' }`. */
export const Provider: Readonly<Record<string, string>> = Object.fromEntries(
  providerNames.map((name) => [providerEnum(name), name]),
)
registerEnumType(Provider, { name: 'Provider', description: 'A customer-support tool that Switchboard speaks to.' })
