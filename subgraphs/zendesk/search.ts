import { z } from 'zod'
import type { AccountClient } from '../../kit/account-client.ts'
import { readWire } from '../../kit/read-wire.ts'
import { wireId } from '../../kit/wire.ts'
import { rowId } from '../../store/id.ts'
import type { RowOf } from '../../store/kinds.ts'
import type { SubgraphContext } from '../context.ts'
import { badUserInput } from '../errors.ts'
import type { AccountScope } from '../interfaces/account.ts'
import { PROVIDER } from './wire.ts'
import { isStaff } from './words.ts'

/** Kinds that Zendesk's search finds. */
export type SearchedKind = 'ticket' | 'contact' | 'agent' | 'company' | 'team'

const wireFound = z.looseObject({
  results: z.array(z.looseObject({ id: wireId, result_type: z.string().nullish(), role: z.string().nullish() })),
})

interface Found {
  readonly kind: SearchedKind
  readonly remoteId: string
}

/** People are told apart by their role. */
const KINDS: Readonly<Record<string, SearchedKind>> = {
  ticket: 'ticket',
  user: 'contact',
  organization: 'company',
  group: 'team',
}

function toFound({ id, result_type, role }: z.output<typeof wireFound>['results'][number]): Found[] {
  const kind = KINDS[result_type ?? '']
  if (kind === undefined) return []
  return [{ kind: kind === 'contact' && isStaff(role ?? null) ? 'agent' : kind, remoteId: id }]
}

/** A page of a search; the most that one holds. Source: "Search", pagination. */
const PER_PAGE = 100

async function find(client: AccountClient, query: string): Promise<readonly Found[]> {
  const answer = await client.request({ method: 'GET', path: '/api/v2/search', query: { query, per_page: PER_PAGE } })
  return readWire(wireFound, answer.body, { provider: PROVIDER, stream: 'search' }).results.flatMap(toFound)
}

/**
 * Asks Zendesk, in its own language; rows come from the mirror, and what is not there yet is left out. Zendesk's index is
 * behind by some minutes.
 *
 * @throws GraphQLError `BAD_USER_INPUT` for a query that says nothing
 * @throws ProviderError an account does not answer
 */
export async function search(
  context: SubgraphContext,
  { rowId: only }: AccountScope,
  query: string,
): Promise<readonly RowOf<SearchedKind>[]> {
  if (query.trim() === '') throw badUserInput('query: expected something to find, but it is empty')
  const { services, viewer, reader } = context
  const filter = { provider: PROVIDER, status: 'ACTIVE' } as const
  const all = await services.store.integrations.list(viewer.workspaceId, filter)
  const rows = all
    .filter(({ id }) => only === null || id === only)
    .map(async ({ id }) => {
      const found = await find(await services.openClient(id, 'person'), query)
      return Promise.all(found.map(({ kind, remoteId }) => reader.byId(kind, rowId(id, kind, remoteId))))
    })
  return (await Promise.all(rows)).flat().filter((row) => row !== null)
}
