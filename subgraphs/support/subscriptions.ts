import {
  Arg,
  Args,
  type ClassType,
  Ctx,
  Field,
  FieldResolver,
  ID,
  ObjectType,
  Resolver,
  Root,
  Subscription,
} from 'type-graphql'
import { GraphQLDateTimeISO } from 'graphql-scalars'
import type { StoreEvent, Told } from '../../store/change.ts'
import type { About } from '../../store/event-followers.ts'
import type { SubgraphContext } from '../context.ts'
import { aboutRow, follow } from '../follow.ts'
import { ChangeType, FollowArgs } from '../interfaces/events.ts'
import { MessageFilter } from '../interfaces/filters.ts'
import type { Stub, StubKind } from '../interfaces/stub.ts'
import { Gap, GAP_FIELD, ID_FIELD, toChangeType, toGap, toRecordId } from '../interfaces/told.ts'
import { stubs } from './stubs.ts'

/** A record that an event names, as long as it is there: it may be gone since, or not have been read yet. */
async function stubAt(context: SubgraphContext, kind: StubKind, id: string): Promise<Stub | null> {
  const row = await context.reader.byId(kind, id)
  return row && { kind, provider: row.provider, id: row.id }
}

/**
 * What an event of one kind looks like: its place, what happened, and the record, which is null once it is gone.
 *
 * @param reread the fields of Query that show such records
 */
function payloadOf(
  name: string,
  kind: StubKind,
  reread: readonly string[],
): { readonly Payload: ClassType; readonly resolver: ClassType } {
  @ObjectType(name, { simpleResolvers: true })
  class Payload {
    @Field(() => String, { description: 'The place in the log: give it as `after` to go on from here.' })
    readonly cursor!: string

    @Field(() => ChangeType)
    readonly type!: string

    @Field(() => GraphQLDateTimeISO, { description: 'When Switchboard stored it.' })
    readonly at!: Date
  }

  @Resolver(() => Payload)
  class PayloadResolver {
    @FieldResolver(() => Gap, { nullable: true, description: GAP_FIELD })
    gap(@Root() told: Told): Gap | null {
      return toGap(told, reread)
    }

    @FieldResolver(() => ChangeType)
    type(@Root() told: Told): string {
      return toChangeType(told)
    }

    @FieldResolver(() => ID, { nullable: true, description: ID_FIELD })
    id(@Root() told: Told): string | null {
      return toRecordId(told, kind)
    }

    @FieldResolver(() => stubs[kind].Interface, {
      name: kind,
      nullable: true,
      description: 'As it stands now; null once it is deleted.',
    })
    async record(@Root() told: Told, @Ctx() context: SubgraphContext): Promise<Stub | null> {
      return told.kind === 'gap' || told.op === 'deleted' ? null : stubAt(context, kind, told.rowId)
    }
  }
  return { Payload, resolver: PayloadResolver }
}

const payloads = {
  contact: payloadOf('ContactEvent', 'contact', ['contacts']),
  conversation: payloadOf('ConversationEvent', 'conversation', ['conversations']),
  message: payloadOf('MessageEvent', 'message', ['conversations', 'tickets']),
  ticket: payloadOf('TicketEvent', 'ticket', ['tickets']),
} as const

/** What a message's event tells beside the message: the thread that it stands in. */
@Resolver(() => payloads.message.Payload)
class MessageEventResolver {
  @FieldResolver(() => stubs.conversation.Interface, {
    nullable: true,
    description: 'Null for a message of a ticket, and while the conversation was not read yet.',
  })
  async conversation(@Root() told: Told, @Ctx() context: SubgraphContext): Promise<Stub | null> {
    return told.kind === 'gap' || told.conversationId === null
      ? null
      : stubAt(context, 'conversation', told.conversationId)
  }

  @FieldResolver(() => stubs.ticket.Interface, {
    nullable: true,
    description: 'Null for a message of a conversation, and while the ticket was not read yet.',
  })
  async ticket(@Root() told: Told, @Ctx() context: SubgraphContext): Promise<Stub | null> {
    return told.kind === 'gap' || told.ticketId === null ? null : stubAt(context, 'ticket', told.ticketId)
  }
}

type Source = Promise<AsyncIterableIterator<Told>>
interface Asked<Extra> {
  readonly args: FollowArgs & Extra
  readonly context: SubgraphContext
}

const conversationUpdated = ({ args, context }: Asked<{ readonly id?: string | null }>): Source =>
  follow(context, {
    ...args,
    kind: 'conversation',
    about: aboutRow('id', 'conversation', args.id, 'rowId'),
  })

const ticketUpdated = ({ args, context }: Asked<{ readonly id?: string | null }>): Source =>
  follow(context, { ...args, kind: 'ticket', about: aboutRow('id', 'ticket', args.id, 'rowId') })

const contactUpdated = ({ args, context }: Asked<{ readonly id?: string | null }>): Source =>
  follow(context, { ...args, kind: 'contact', about: aboutRow('id', 'contact', args.id, 'rowId') })

interface MessageArgs {
  readonly conversationId?: string | null
  readonly ticketId?: string | null
  readonly filter?: MessageFilter | null
}

/** Whether a message is one that a filter lets pass; one that is gone is none. */
async function passes(
  context: SubgraphContext,
  event: StoreEvent,
  { type, authorType }: MessageFilter,
): Promise<boolean> {
  if (type == null && authorType == null) return true
  const row = await context.reader.byId('message', event.rowId)
  return row !== null && (type?.includes(row.type) ?? true) && (authorType?.includes(row.authorType) ?? true)
}

const inThread = ({ conversationId, ticketId }: MessageArgs): About[] => [
  ...aboutRow('conversationId', 'conversation', conversationId, 'conversationId'),
  ...aboutRow('ticketId', 'ticket', ticketId, 'ticketId'),
]

const messageAdded = ({ args, context }: Asked<MessageArgs>): Source =>
  follow(context, {
    ...args,
    kind: 'message',
    about: inThread(args),
    only: ({ op }) => op === 'created',
    holds: (event) => passes(context, event, args.filter ?? {}),
  })

const messageUpdated = ({ args, context }: Asked<MessageArgs & { readonly id?: string | null }>): Source =>
  follow(context, {
    ...args,
    kind: 'message',
    about: [...aboutRow('id', 'message', args.id, 'rowId'), ...inThread(args)],
    // Nothing tells any more of which type one was that is gone: whoever shows it is to hear of that.
    holds: (event) => event.op === 'deleted' || passes(context, event, args.filter ?? {}),
  })

/** Live changes. Each event has a cursor; `after:` goes on from one, so that a reconnect loses nothing. */
@Resolver()
class EventResolver {
  @Subscription(() => payloads.conversation.Payload, {
    subscribe: conversationUpdated,
    description: 'A conversation began, changed or went.',
  })
  conversationUpdated(
    @Root() told: Told,
    @Args(() => FollowArgs) _args: FollowArgs,
    @Arg('id', () => ID, { nullable: true, description: 'Only this conversation.' }) _id: string | null,
  ): Told {
    return told
  }

  @Subscription(() => payloads.message.Payload, {
    subscribe: messageAdded,
    description: 'Something was said, noted or done.',
  })
  messageAdded(
    @Root() told: Told,
    @Args(() => FollowArgs) _args: FollowArgs,
    @Arg('conversationId', () => ID, { nullable: true, description: 'Only in this conversation.' }) _conversationId:
      | string
      | null,
    @Arg('ticketId', () => ID, { nullable: true, description: 'Only in this ticket.' }) _ticketId: string | null,
    @Arg('filter', () => MessageFilter, { nullable: true }) _filter: MessageFilter | null,
  ): Told {
    return told
  }

  @Subscription(() => payloads.message.Payload, {
    subscribe: messageUpdated,
    description:
      'Something was said, noted or done, or that was changed or removed; or the `send` that a message was made by stands otherwise. With a `filter`, what is removed is told whatever it was.',
  })
  messageUpdated(
    @Root() told: Told,
    @Args(() => FollowArgs) _args: FollowArgs,
    @Arg('id', () => ID, { nullable: true, description: 'Only this message.' }) _id: string | null,
    @Arg('conversationId', () => ID, { nullable: true, description: 'Only in this conversation.' }) _conversationId:
      | string
      | null,
    @Arg('ticketId', () => ID, { nullable: true, description: 'Only in this ticket.' }) _ticketId: string | null,
    @Arg('filter', () => MessageFilter, { nullable: true }) _filter: MessageFilter | null,
  ): Told {
    return told
  }

  @Subscription(() => payloads.ticket.Payload, {
    subscribe: ticketUpdated,
    description: 'A ticket began, changed or went.',
  })
  ticketUpdated(
    @Root() told: Told,
    @Args(() => FollowArgs) _args: FollowArgs,
    @Arg('id', () => ID, { nullable: true, description: 'Only this ticket.' }) _id: string | null,
  ): Told {
    return told
  }

  @Subscription(() => payloads.contact.Payload, {
    subscribe: contactUpdated,
    description: 'A contact came, changed or went.',
  })
  contactUpdated(
    @Root() told: Told,
    @Args(() => FollowArgs) _args: FollowArgs,
    @Arg('id', () => ID, { nullable: true, description: 'Only this contact.' }) _id: string | null,
  ): Told {
    return told
  }
}

/** The resolvers of this subgraph's subscriptions. */
export const subscriptionResolvers: readonly ClassType[] = [
  EventResolver,
  MessageEventResolver,
  ...Object.values(payloads).map((payload) => payload.resolver),
]
