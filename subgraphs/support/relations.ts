import { Arg, Args, type ClassType, Ctx, FieldResolver, Resolver, Root } from 'type-graphql'
import type { ContactRow, ConversationRow, MessageRow, TicketRow } from '../../store/kinds.ts'
import type { Filter, Page } from '../../store/read.ts'
import type { SubgraphContext } from '../context.ts'
import {
  ContactFilter,
  ConversationFilter,
  MessageFilter,
  TicketFilter,
  toFilter,
  within,
} from '../interfaces/filters.ts'
import { PageArgs, toPageRequest } from '../interfaces/page.ts'
import type { Stub } from '../interfaces/stub.ts'
import { stubs } from './stubs.ts'

/**
 * Lists that belong to a record, whichever provider it is of. They are answered here and nowhere else: one type of page
 * over an interface, made by several subgraphs that each know but their own types, is more than query planners bear.
 */

const NEWEST_CHANGE = { field: 'updatedAt', direction: 'DESC' } as const
const NEWEST = { field: 'createdAt', direction: 'DESC' } as const

/** By which reference conversations and tickets belong to a record. */
type Owner = keyof Pick<Filter, 'contactId' | 'companyId' | 'assigneeId' | 'teamId'>

/** The conversations and tickets that belong to a record. */
function workResolver(type: () => ClassType, owner: Owner, description: string): ClassType {
  @Resolver(type)
  class WorkResolver {
    @FieldResolver(() => stubs.conversation.Connection, { description })
    conversations(
      @Root() { id }: Stub,
      @Args(() => PageArgs) page: PageArgs,
      @Arg('filter', () => ConversationFilter, { nullable: true }) filter: ConversationFilter | null,
      @Ctx() { reader }: SubgraphContext,
    ): Promise<Page<ConversationRow>> {
      const own = within(filter, { [owner]: id })
      return reader.list('conversation', { ...toPageRequest(page), filter: own, orderBy: NEWEST_CHANGE })
    }

    @FieldResolver(() => stubs.ticket.Connection, { description })
    tickets(
      @Root() { id }: Stub,
      @Args(() => PageArgs) page: PageArgs,
      @Arg('filter', () => TicketFilter, { nullable: true }) filter: TicketFilter | null,
      @Ctx() { reader }: SubgraphContext,
    ): Promise<Page<TicketRow>> {
      const own = within(filter, { [owner]: id })
      return reader.list('ticket', { ...toPageRequest(page), filter: own, orderBy: NEWEST_CHANGE })
    }
  }
  return WorkResolver
}

/** What was said in a thread. */
function saidResolver(type: () => ClassType): ClassType {
  @Resolver(type)
  class SaidResolver {
    @FieldResolver(() => stubs.message.Connection, { description: 'Oldest first.' })
    messages(
      @Root() { kind, id }: Stub & { readonly kind: 'conversation' | 'ticket' },
      @Args(() => PageArgs) page: PageArgs,
      @Arg('filter', () => MessageFilter, { nullable: true }) filter: MessageFilter | null,
      @Ctx() { reader }: SubgraphContext,
    ): Promise<Page<MessageRow>> {
      return reader.messagesOf({ kind, id }, { ...toPageRequest(page), filter: toFilter(filter) })
    }
  }
  return SaidResolver
}

@Resolver(() => stubs.company.Interface)
class CompanyContactsResolver {
  @FieldResolver(() => stubs.contact.Connection, { description: 'Newest first.' })
  contacts(
    @Root() { id }: Stub,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => ContactFilter, { nullable: true }) filter: ContactFilter | null,
    @Ctx() { reader }: SubgraphContext,
  ): Promise<Page<ContactRow>> {
    const own = within(filter, { companyId: id })
    return reader.list('contact', { ...toPageRequest(page), filter: own, orderBy: NEWEST })
  }
}

@Resolver(() => stubs.conversation.Interface)
class ConversationTicketsResolver {
  @FieldResolver(() => stubs.ticket.Connection, { description: 'Those that grew out of it; newest change first.' })
  tickets(
    @Root() { id }: Stub,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => TicketFilter, { nullable: true }) filter: TicketFilter | null,
    @Ctx() { reader }: SubgraphContext,
  ): Promise<Page<TicketRow>> {
    const own = within(filter, { conversationId: id })
    return reader.list('ticket', { ...toPageRequest(page), filter: own, orderBy: NEWEST_CHANGE })
  }
}

/** The resolvers of lists that belong to records. */
export const relationResolvers: readonly ClassType[] = [
  CompanyContactsResolver,
  ConversationTicketsResolver,
  workResolver(() => stubs.contact.Interface, 'contactId', 'Newest change first.'),
  workResolver(() => stubs.company.Interface, 'companyId', 'Newest change first.'),
  workResolver(() => stubs.agent.Interface, 'assigneeId', 'Given to the agent; newest change first.'),
  workResolver(() => stubs.team.Interface, 'teamId', 'Given to the team; newest change first.'),
  saidResolver(() => stubs.conversation.Interface),
  saidResolver(() => stubs.ticket.Interface),
]
