import { Arg, Args, Ctx, FieldResolver, Resolver, Root } from 'type-graphql'
import type { DefinitionRow, DefinitionType, TimeEntryRow } from '../../../store/kinds.ts'
import type { Page } from '../../../store/read.ts'
import type { SubgraphContext } from '../../context.ts'
import { accountOf, type AccountScope } from '../../interfaces/account.ts'
import { connectionOf, PageArgs, toPageRequest } from '../../interfaces/page.ts'
import { FreshdeskStats, freshdeskStats } from '../stats.ts'
import {
  FreshdeskAgent,
  FreshdeskCompany,
  FreshdeskContact,
  FreshdeskTag,
  FreshdeskTeam,
  FreshdeskTicket,
} from '../types.ts'
import {
  FreshdeskBusinessHours,
  FreshdeskField,
  FreshdeskProduct,
  FreshdeskSlaPolicy,
  FreshdeskTimeEntry,
} from '../types-definitions.ts'
import { PROVIDER } from '../wire.ts'
import { toBusinessHours, toField, toProduct, toSlaPolicy } from './definitions.ts'

/** Freshdesk's root, with its own lists. */
export const account = accountOf({
  provider: PROVIDER,
  title: 'Freshdesk',
  lists: {
    contacts: { kind: 'contact', type: () => FreshdeskContact },
    companies: { kind: 'company', type: () => FreshdeskCompany },
    tickets: { kind: 'ticket', type: () => FreshdeskTicket },
    teams: { kind: 'team', type: () => FreshdeskTeam },
    agents: { kind: 'agent', type: () => FreshdeskAgent },
    tags: { kind: 'tag', type: () => FreshdeskTag },
  },
})

/** A page of time entries. */
export const timeEntryPage = connectionOf('FreshdeskTimeEntry', () => FreshdeskTimeEntry)

/** Rows that are read at a time. */
const ROWS = 100

const ownOf = ({ rowId }: AccountScope) => ({
  providers: [PROVIDER],
  ...(rowId !== null && { integrationIds: [rowId] }),
})

/** All definitions of a sort: they are few. */
async function definitions(
  context: SubgraphContext,
  scope: AccountScope,
  type: DefinitionType,
): Promise<DefinitionRow[]> {
  const all: DefinitionRow[] = []
  const filter = { ...ownOf(scope), type: [type] }
  for (let after: string | undefined; ;) {
    const page = await context.reader.list('definition', { filter, first: ROWS, ...(after !== undefined && { after }) })
    all.push(...page.rows)
    after = page.cursors.at(-1)
    if (!page.hasNextPage || after === undefined) break
  }
  return all.toSorted((one, other) => (one.position ?? 0) - (other.position ?? 0))
}

/** What only Freshdesk's accounts have. */
@Resolver(() => account.Account)
export class FreshdeskAccountResolver {
  @FieldResolver(() => [FreshdeskField], { description: 'Of tickets, contacts and companies, in their order.' })
  async fields(
    @Root() scope: AccountScope,
    @Arg('appliesTo', () => String, {
      nullable: true,
      description: '`ticket`, `contact` or `company`; all when not given.',
    })
    appliesTo: string | null | undefined,
    @Ctx() context: SubgraphContext,
  ): Promise<readonly FreshdeskField[]> {
    const rows = await definitions(context, scope, 'FIELD')
    return rows.filter((row) => appliesTo == null || row.appliesTo === appliesTo).map(toField)
  }

  @FieldResolver(() => [FreshdeskProduct])
  async products(@Root() scope: AccountScope, @Ctx() context: SubgraphContext): Promise<readonly FreshdeskProduct[]> {
    return (await definitions(context, scope, 'PRODUCT')).map(toProduct)
  }

  @FieldResolver(() => [FreshdeskSlaPolicy])
  async slaPolicies(
    @Root() scope: AccountScope,
    @Ctx() context: SubgraphContext,
  ): Promise<readonly FreshdeskSlaPolicy[]> {
    return (await definitions(context, scope, 'SLA_POLICY')).map(toSlaPolicy)
  }

  @FieldResolver(() => [FreshdeskBusinessHours])
  async businessHours(
    @Root() scope: AccountScope,
    @Ctx() context: SubgraphContext,
  ): Promise<readonly FreshdeskBusinessHours[]> {
    return (await definitions(context, scope, 'SCHEDULE')).map(toBusinessHours)
  }

  @FieldResolver(() => timeEntryPage.Connection, { description: 'Oldest first.' })
  timeEntries(
    @Root() scope: AccountScope,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() context: SubgraphContext,
  ): Promise<Page<TimeEntryRow>> {
    return context.reader.list('timeEntry', { ...toPageRequest(page), filter: ownOf(scope) })
  }

  @FieldResolver(() => FreshdeskStats, { nullable: true })
  stats(@Root() scope: AccountScope, @Ctx() { services, viewer }: SubgraphContext): Promise<FreshdeskStats> {
    const rows = services.store.database.workspace(viewer.workspaceId)
    return freshdeskStats(rows, { integrationId: scope.rowId, now: services.now() })
  }
}
