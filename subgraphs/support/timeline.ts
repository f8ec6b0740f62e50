import { Arg, Args, type ClassType, Ctx, Directive, FieldResolver, Resolver, Root } from 'type-graphql'
import type { CustomerRow } from '../../store/identity/customer-row.ts'
import {
  readTimeline,
  TIMELINE_KINDS,
  type TimelineItem as Item,
  type TimelineKind,
} from '../../store/identity/timeline.ts'
import type { RatingRow } from '../../store/kinds.ts'
import type { Page } from '../../store/read.ts'
import type { SubgraphContext } from '../context.ts'
import { badUserInput } from '../errors.ts'
import { PageArgs, toPageRequest } from '../interfaces/page.ts'
import type { Stub } from '../interfaces/stub.ts'
import { Rating } from '../interfaces/values.ts'
import { Customer, TimelineItem, timelinePages, TimelineType } from './customer-types.ts'
import { stubs } from './stubs.ts'

/** What a timeline costs besides what it holds: it looks through every thread of the customer. */
const TIMELINE_WEIGHT = 50

@Resolver(() => Customer)
class CustomerTimelineResolver {
  @Directive(`@cost(weight: ${TIMELINE_WEIGHT})`)
  @FieldResolver(() => timelinePages.Connection, {
    description:
      'Conversations, tickets, and the messages and ratings that stand in them, across tools, newest first. Paged forwards only.',
  })
  timeline(
    @Root() { id }: CustomerRow,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('types', () => [TimelineType], { nullable: true, description: 'Only these; all when not given.' })
    types: readonly TimelineKind[] | null,
    @Ctx() { services, viewer }: SubgraphContext,
  ): Promise<Page<Item>> {
    const { first, after } = toPageRequest(page)
    if (first === undefined) throw badUserInput('last: a timeline is paged forwards only; use first')
    return readTimeline(services.store.database.workspace(viewer.workspaceId), {
      customerId: id,
      kinds: types ?? TIMELINE_KINDS,
      first,
      ...(after !== undefined && { after }),
    })
  }
}

const thatIs = (item: Item, kind: TimelineKind): Item | null => (item.kind === kind ? item : null)

@Resolver(() => TimelineItem)
class TimelineItemResolver {
  @FieldResolver(() => TimelineType)
  type(@Root() item: Item): TimelineKind {
    return item.kind
  }

  @FieldResolver(() => stubs.conversation.Interface, { nullable: true, description: 'That began.' })
  conversation(@Root() item: Item): Stub | null {
    return thatIs(item, 'conversation')
  }

  @FieldResolver(() => stubs.ticket.Interface, { nullable: true, description: 'That began.' })
  ticket(@Root() item: Item): Stub | null {
    return thatIs(item, 'ticket')
  }

  @FieldResolver(() => stubs.message.Interface, { nullable: true, description: 'Of either side.' })
  message(@Root() item: Item): Stub | null {
    return thatIs(item, 'message')
  }

  @FieldResolver(() => Rating, { nullable: true })
  async rating(@Root() item: Item, @Ctx() { reader }: SubgraphContext): Promise<RatingRow | null> {
    return item.kind === 'rating' ? reader.byId('rating', item.id) : null
  }
}

/** The resolvers of timelines. */
export const timelineResolvers: readonly ClassType[] = [
  CustomerTimelineResolver,
  TimelineItemResolver,
  timelinePages.resolver,
]
