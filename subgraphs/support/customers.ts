import { Arg, Args, type ClassType, Ctx, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql'
import { fromNodeId, toNodeId } from '../../store/id.ts'
import type { CustomerRow } from '../../store/identity/customer-row.ts'
import { type CustomerFilter as StoreFilter, readCustomers } from '../../store/identity/customers.ts'
import type { ExplainedLink, SuggestedLink as Suggestion } from '../../store/identity/explain.ts'
import { type PastAct, readHistory } from '../../store/identity/history.ts'
import type { ContactRow, ConversationRow, TicketRow } from '../../store/kinds.ts'
import type { Page } from '../../store/read.ts'
import type { SubgraphContext } from '../context.ts'
import { badUserInput } from '../errors.ts'
import { ContactFilter, ConversationFilter, TicketFilter, within } from '../interfaces/filters.ts'
import { Member, toMember } from '../interfaces/member.ts'
import { customerOrder, type Order, orderByOf } from '../interfaces/orders.ts'
import { PageArgs, toPageRequest } from '../interfaces/page.ts'
import { pageOf } from '../interfaces/page-of.ts'
import type { Stub } from '../interfaces/stub.ts'
import type { ReferenceResolver } from '../schema.ts'
import {
  actPages,
  Customer,
  CustomerAct,
  CustomerFilter,
  CustomerLink,
  customerPages,
  linkPages,
  SuggestedLink,
  suggestionPages,
} from './customer-types.ts'
import { stubs } from './stubs.ts'

const NEWEST_CHANGE = { field: 'updatedAt', direction: 'DESC' } as const
const OLDEST = { field: 'createdAt', direction: 'ASC' } as const

/** What is given of a filter: null counts as not given. */
const toStoreFilter = (filter: CustomerFilter | null): StoreFilter =>
  Object.fromEntries(Object.entries(filter ?? {}).filter(([, value]) => value != null))

/** The customers of the workspace, and what is told of each. */
@Resolver(() => Customer)
class CustomerResolver {
  @Query(() => customerPages.Connection, {
    description: 'People, each once, whichever tools know them. Newest first, unless told otherwise.',
  })
  customers(
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => CustomerFilter, { nullable: true }) filter: CustomerFilter | null,
    @Arg('orderBy', () => customerOrder.Input, { nullable: true }) order: Order | null,
    @Ctx() { services, viewer }: SubgraphContext,
  ): Promise<Page<CustomerRow>> {
    return readCustomers(services.store.database.workspace(viewer.workspaceId), viewer.workspaceId, {
      ...toPageRequest(page),
      filter: toStoreFilter(filter),
      ...orderByOf(customerOrder, order),
    })
  }

  @FieldResolver(() => ID)
  id(@Root() row: CustomerRow): string {
    return toNodeId('customer', row.id)
  }

  @FieldResolver(() => stubs.contact.Connection, { description: 'As the tools know them; the oldest first.' })
  contacts(
    @Root() { id }: CustomerRow,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => ContactFilter, { nullable: true }) filter: ContactFilter | null,
    @Ctx() { reader }: SubgraphContext,
  ): Promise<Page<ContactRow>> {
    const own = within(filter, { customerId: id })
    return reader.list('contact', { ...toPageRequest(page), filter: own, orderBy: OLDEST })
  }

  @FieldResolver(() => stubs.conversation.Connection, { description: 'Of all contacts; newest change first.' })
  conversations(
    @Root() { id }: CustomerRow,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => ConversationFilter, { nullable: true }) filter: ConversationFilter | null,
    @Ctx() { reader }: SubgraphContext,
  ): Promise<Page<ConversationRow>> {
    const own = within(filter, { customerId: id })
    return reader.list('conversation', { ...toPageRequest(page), filter: own, orderBy: NEWEST_CHANGE })
  }

  @FieldResolver(() => stubs.ticket.Connection, { description: 'Of all contacts; newest change first.' })
  tickets(
    @Root() { id }: CustomerRow,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => TicketFilter, { nullable: true }) filter: TicketFilter | null,
    @Ctx() { reader }: SubgraphContext,
  ): Promise<Page<TicketRow>> {
    const own = within(filter, { customerId: id })
    return reader.list('ticket', { ...toPageRequest(page), filter: own, orderBy: NEWEST_CHANGE })
  }

  @FieldResolver(() => linkPages.Connection, {
    description: 'What holds the contacts together: the surest that does, one less than there are contacts.',
  })
  async links(
    @Root() { id }: CustomerRow,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() { reader }: SubgraphContext,
  ): Promise<Page<ExplainedLink>> {
    const { links } = await reader.identities.explained(id)
    return pageOf(links.map(named), toPageRequest(page))
  }

  @FieldResolver(() => suggestionPages.Connection, {
    description: 'Contacts of others that might be the same person, the surest first; none that a member set apart.',
  })
  async suggestedLinks(
    @Root() { id }: CustomerRow,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() { reader }: SubgraphContext,
  ): Promise<Page<Suggestion>> {
    const { suggestions } = await reader.identities.explained(id)
    return pageOf(suggestions.map(named), toPageRequest(page))
  }

  @FieldResolver(() => actPages.Connection, {
    description: 'What was linked and taken apart, newest first. Paged forwards only.',
  })
  history(
    @Root() { id }: CustomerRow,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() { services, viewer: { workspaceId } }: SubgraphContext,
  ): Promise<Page<PastAct>> {
    const { first, after } = toPageRequest(page)
    if (first === undefined) throw badUserInput('last: history is paged forwards only; use first')
    const queryable = services.store.database.workspace(workspaceId)
    const query = { customerId: id, first, ...(after !== undefined && { after }) }
    return readHistory({ queryable, workspaceId }, query)
  }
}

/** With an id for its page: two contacts are linked, or suggested, but once. */
const named = <Pair extends Pick<ExplainedLink, 'contactId' | 'otherId'>>(
  pair: Pair,
): Pair & { readonly id: string } => ({
  ...pair,
  id: Buffer.from(`${pair.contactId} ${pair.otherId}`).toString('base64url'),
})

type Pair = Pick<PastAct, 'contactId' | 'otherId'>

/** The two contacts that something is about. */
function pairResolver(
  type: () => ClassType,
  descriptions: { readonly contact: string; readonly other: string },
): ClassType {
  @Resolver(type)
  class PairResolver {
    @FieldResolver(() => stubs.contact.Interface, { nullable: true, description: descriptions.contact })
    contact(@Root() { contactId }: Pair, @Ctx() { reader }: SubgraphContext): Promise<Stub | null> {
      return reader.byId('contact', contactId)
    }

    @FieldResolver(() => stubs.contact.Interface, { nullable: true, description: descriptions.other })
    async other(@Root() { otherId }: Pair, @Ctx() { reader }: SubgraphContext): Promise<Stub | null> {
      return otherId === null ? null : reader.byId('contact', otherId)
    }
  }
  return PairResolver
}

/** Who did something. */
function makerResolver(type: () => ClassType): ClassType {
  @Resolver(type)
  class MakerResolver {
    @FieldResolver(() => Member, { nullable: true, description: 'Null when what the contacts share did it.' })
    async madeBy(
      @Root() { memberId }: Pick<PastAct, 'memberId'>,
      @Ctx() { services, viewer }: SubgraphContext,
    ): Promise<Member | null> {
      const member = memberId && (await services.store.members.find(viewer.workspaceId, memberId))
      return member ? toMember(member) : null
    }
  }
  return MakerResolver
}

const ofWhom = (context: SubgraphContext, contactId: string | null | undefined): Promise<CustomerRow | null> | null =>
  contactId == null ? null : context.reader.identities.customerOf(contactId)

@Resolver(() => stubs.contact.Interface)
class ContactCustomerResolver {
  @FieldResolver(() => Customer, { nullable: true, description: 'The person that this contact is, across tools.' })
  customer(@Root() { id }: Stub, @Ctx() context: SubgraphContext): Promise<CustomerRow | null> | null {
    return ofWhom(context, id)
  }
}

/** The person behind a thread. */
function threadResolver(kind: 'conversation' | 'ticket'): ClassType {
  @Resolver(() => stubs[kind].Interface)
  class ThreadCustomerResolver {
    @FieldResolver(() => Customer, {
      nullable: true,
      description: 'The person that its contact is, across tools; null where it has none.',
    })
    async customer(@Root() { id }: Stub, @Ctx() context: SubgraphContext): Promise<CustomerRow | null> {
      const row = await context.reader.byId(kind, id)
      return ofWhom(context, row?.contactId)
    }
  }
  return ThreadCustomerResolver
}

/** Finds a customer by its global id, or by one that it had. */
export const customerReference: ReferenceResolver = async ({ id }, context) => {
  const found = fromNodeId(id)
  return found?.kind === 'customer' ? context.reader.identities.customerOf(found.uuid) : null
}

/** The resolvers of customers. */
export const customerResolvers: readonly ClassType[] = [
  CustomerResolver,
  customerPages.resolver,
  linkPages.resolver,
  suggestionPages.resolver,
  actPages.resolver,
  pairResolver(() => CustomerLink, { contact: 'The one.', other: 'The other.' }),
  pairResolver(() => SuggestedLink, { contact: 'Of this customer.', other: 'Of the other one.' }),
  pairResolver(() => CustomerAct, {
    contact: 'The contact that was linked or taken out; null when it is gone.',
    other: 'To or from which; null when it was taken from all, or is gone.',
  }),
  makerResolver(() => CustomerLink),
  makerResolver(() => CustomerAct),
  ContactCustomerResolver,
  threadResolver('conversation'),
  threadResolver('ticket'),
]
