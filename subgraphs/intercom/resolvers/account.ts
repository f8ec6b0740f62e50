import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql'
import type { SubgraphContext } from '../../context.ts'
import { accountOf, type AccountScope } from '../../interfaces/account.ts'
import { IntercomStats, intercomStats } from '../stats.ts'
import {
  IntercomAgent,
  IntercomCompany,
  IntercomContact,
  IntercomConversation,
  IntercomTag,
  IntercomTeam,
  IntercomTicket,
} from '../types.ts'
import { PROVIDER } from '../wire.ts'

/** Intercom's own lists. */
export const account = accountOf({
  provider: PROVIDER,
  title: 'Intercom',
  lists: {
    contacts: { kind: 'contact', type: () => IntercomContact },
    companies: { kind: 'company', type: () => IntercomCompany },
    conversations: { kind: 'conversation', type: () => IntercomConversation },
    tickets: { kind: 'ticket', type: () => IntercomTicket },
    teams: { kind: 'team', type: () => IntercomTeam },
    admins: { kind: 'agent', type: () => IntercomAgent },
    tags: { kind: 'tag', type: () => IntercomTag },
  },
})

@Resolver(() => account.Account)
export class IntercomStatsResolver {
  @FieldResolver(() => IntercomStats, { nullable: true })
  stats(@Root() scope: AccountScope, @Ctx() context: SubgraphContext): Promise<IntercomStats> {
    return intercomStats(context.services.store.database.workspace(context.viewer.workspaceId), scope.rowId)
  }
}
