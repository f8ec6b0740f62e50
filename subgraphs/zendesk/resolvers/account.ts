import { Arg, Ctx, FieldResolver, Resolver, Root } from 'type-graphql'
import type { RowOf } from '../../../store/kinds.ts'
import type { SubgraphContext } from '../../context.ts'
import { accountOf, type AccountScope } from '../../interfaces/account.ts'
import { Record } from '../../interfaces/record.ts'
import { definedIn, toBrand, toCustomStatus, toField, toForm } from '../definitions.ts'
import { search, type SearchedKind } from '../search.ts'
import { ZendeskStats, zendeskStats } from '../stats.ts'
import { ZendeskBrand, ZendeskCustomStatus, ZendeskField, ZendeskForm } from '../types-definitions.ts'
import { ZendeskAgent, ZendeskCompany, ZendeskContact, ZendeskTag, ZendeskTeam, ZendeskTicket } from '../types.ts'
import { PROVIDER } from '../wire.ts'

/** Zendesk's own lists. */
export const account = accountOf({
  provider: PROVIDER,
  title: 'Zendesk',
  lists: {
    contacts: { kind: 'contact', type: () => ZendeskContact },
    companies: { kind: 'company', type: () => ZendeskCompany },
    tickets: { kind: 'ticket', type: () => ZendeskTicket },
    teams: { kind: 'team', type: () => ZendeskTeam },
    agents: { kind: 'agent', type: () => ZendeskAgent },
    tags: { kind: 'tag', type: () => ZendeskTag },
  },
})

@Resolver(() => account.Account)
export class ZendeskAccountResolver {
  @FieldResolver(() => [ZendeskBrand])
  async brands(@Root() scope: AccountScope, @Ctx() context: SubgraphContext): Promise<readonly ZendeskBrand[]> {
    return (await definedIn(context, scope, 'BRAND')).map(toBrand)
  }

  @FieldResolver(() => [ZendeskForm])
  async forms(@Root() scope: AccountScope, @Ctx() context: SubgraphContext): Promise<readonly ZendeskForm[]> {
    return (await definedIn(context, scope, 'FORM')).map(toForm)
  }

  @FieldResolver(() => [ZendeskField], { description: 'The account’s own, of tickets, people and organizations.' })
  async fields(@Root() scope: AccountScope, @Ctx() context: SubgraphContext): Promise<readonly ZendeskField[]> {
    return (await definedIn(context, scope, 'FIELD')).map(toField)
  }

  @FieldResolver(() => [ZendeskCustomStatus])
  async customStatuses(
    @Root() scope: AccountScope,
    @Ctx() context: SubgraphContext,
  ): Promise<readonly ZendeskCustomStatus[]> {
    return (await definedIn(context, scope, 'STATUS')).map(toCustomStatus)
  }

  @FieldResolver(() => ZendeskStats, { nullable: true })
  stats(@Root() scope: AccountScope, @Ctx() context: SubgraphContext): Promise<ZendeskStats> {
    return zendeskStats(context.services.store.database.workspace(context.viewer.workspaceId), scope.rowId)
  }

  @FieldResolver(() => [Record], {
    nullable: true,
    description:
      'What Zendesk itself finds, in its own language: `type:ticket status<solved requester:ana@example.com`. It is asked now, and tells the first hundred; what is not mirrored yet is left out.',
  })
  search(
    @Root() scope: AccountScope,
    @Arg('query', () => String) query: string,
    @Ctx() context: SubgraphContext,
  ): Promise<readonly RowOf<SearchedKind>[]> {
    return search(context, scope, query)
  }
}
