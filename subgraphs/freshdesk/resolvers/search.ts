import { Arg, Ctx, Field, FieldResolver, Int, ObjectType, registerEnumType, Resolver, Root } from 'type-graphql'
import { rowId } from '../../../store/id.ts'
import type { CompanyRow, ContactRow, TicketRow } from '../../../store/kinds.ts'
import type { SubgraphContext } from '../../context.ts'
import { badUserInput } from '../../errors.ts'
import type { AccountScope } from '../../interfaces/account.ts'
import { fromProviderError, UserError } from '../../interfaces/user-error.ts'
import { type Searched, searchIds } from '../search.ts'
import { FreshdeskCompany, FreshdeskContact, FreshdeskTicket } from '../types.ts'
import { PROVIDER } from '../wire.ts'
import { account } from './account.ts'

/** What can be searched, and the kind of rows that its ids name. */
const KINDS = { TICKETS: 'ticket', CONTACTS: 'contact', COMPANIES: 'company' } as const
type SearchKind = keyof typeof KINDS

/** The graph's enum of them. */
export const FreshdeskSearchKind: { readonly [K in SearchKind]: K } = {
  TICKETS: 'TICKETS',
  CONTACTS: 'CONTACTS',
  COMPANIES: 'COMPANIES',
}
registerEnumType(FreshdeskSearchKind, { name: 'FreshdeskSearchKind', description: 'What Freshdesk can search.' })

const PATHS: Readonly<Record<SearchKind, Searched>> = {
  TICKETS: 'tickets',
  CONTACTS: 'contacts',
  COMPANIES: 'companies',
}

/** Most that one search answers. */
const MOST = 1_000
const USUAL = 30

@ObjectType('FreshdeskSearchResult', {
  simpleResolvers: true,
  description: 'What Freshdesk found, as the mirror has it: what is not mirrored is left out.',
})
export class FreshdeskSearchResult {
  @Field(() => Int, { description: 'How much Freshdesk found in all.' })
  readonly total!: number

  @Field(() => [FreshdeskTicket])
  readonly tickets!: readonly TicketRow[]

  @Field(() => [FreshdeskContact])
  readonly contacts!: readonly ContactRow[]

  @Field(() => [FreshdeskCompany])
  readonly companies!: readonly CompanyRow[]

  @Field(() => [UserError], { description: 'Why Freshdesk did not search, in its own words.' })
  readonly userErrors!: readonly UserError[]
}

/** Freshdesk's own search. It asks Freshdesk for ids, since only it knows its language; the rows are the mirror's. */
@Resolver(() => account.Account)
export class FreshdeskSearchResolver {
  @FieldResolver(() => FreshdeskSearchResult, {
    description:
      "Searches at Freshdesk, in its language: `status:2 AND tag:'refund'`. Its index is minutes behind, and costs calls of the account’s quota.",
  })
  async search(
    @Root() scope: AccountScope,
    @Arg('query', () => String, { description: 'Without the double quotes around it.' }) query: string,
    @Arg('kind', () => FreshdeskSearchKind, { nullable: true, description: 'TICKETS when not given.' })
    kind: SearchKind | null | undefined,
    @Arg('first', () => Int, { nullable: true, description: `1 to ${MOST}; ${USUAL} when not given.` })
    first: number | null | undefined,
    @Ctx() context: SubgraphContext,
  ): Promise<FreshdeskSearchResult> {
    const wanted = first ?? USUAL
    if (wanted < 1 || wanted > MOST) throw badUserInput(`first: expected 1 to ${MOST}, but got ${wanted}`)
    const asked = kind ?? 'TICKETS'
    const none = { total: 0, tickets: [], contacts: [], companies: [], userErrors: [] }
    try {
      const found = await searchAccounts(context, scope, { kind: asked, query, first: wanted })
      const rows = <K extends (typeof KINDS)[SearchKind]>(of: K) =>
        readRows(context, of, KINDS[asked] === of ? found.rowIds : [])
      const [tickets, contacts, companies] = await Promise.all([rows('ticket'), rows('contact'), rows('company')])
      return { ...none, total: found.total, tickets, contacts, companies }
    } catch (error) {
      return { ...none, userErrors: [fromProviderError(error, 'query')] }
    }
  }
}

/** One account after the other, until enough was found. */
async function searchAccounts(
  { services, viewer }: SubgraphContext,
  scope: AccountScope,
  asked: { readonly kind: SearchKind; readonly query: string; readonly first: number },
): Promise<{ readonly total: number; readonly rowIds: readonly string[] }> {
  const all = await services.store.integrations.list(viewer.workspaceId, { provider: PROVIDER })
  const own = all.filter(({ id, status }) => status === 'ACTIVE' && (scope.rowId === null || id === scope.rowId))
  let total = 0
  const rowIds: string[] = []
  for (const { id } of own) {
    const client = await services.openClient(id, 'person')
    const search = {
      kind: PATHS[asked.kind],
      query: asked.query,
      first: asked.first - rowIds.length,
      now: services.now(),
    }
    const found = await searchIds(client, search)
    total += found.total
    rowIds.push(...found.ids.map((remoteId) => rowId(id, KINDS[asked.kind], remoteId)))
  }
  return { total, rowIds: rowIds.slice(0, asked.first) }
}

async function readRows<K extends 'ticket' | 'contact' | 'company'>(
  { reader }: SubgraphContext,
  kind: K,
  ids: readonly string[],
) {
  const rows = await Promise.all(ids.map((id) => reader.byId(kind, id)))
  return rows.filter((row) => row !== null)
}
