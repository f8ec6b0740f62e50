import { GraphQLError } from 'graphql'

/** What the subgraph of details does when it is asked for an item. Invented. */
export const details: Readonly<Record<string, () => string | null>> = {
  good: () => 'fine',
  missing: () => null,
  away: () => {
    throw new GraphQLError('Zenith is away', { extensions: { code: 'PROVIDER_UNAVAILABLE', provider: 'zenith' } })
  },
  bug: () => {
    throw new Error('row 17 of secret_table')
  },
}
