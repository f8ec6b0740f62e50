import {
  Arg,
  Args,
  type ClassType,
  Ctx,
  Field,
  FieldResolver,
  ID,
  InputType,
  Mutation,
  ObjectType,
  Query,
  Resolver,
  Root,
  Subscription,
} from 'type-graphql'
import { GraphQLDateTimeISO } from 'graphql-scalars'
import { TRY_FOR_MS } from '../../kit/outbox.ts'
import type { Told } from '../../store/change.ts'
import { fromNodeId } from '../../store/id.ts'
import type { Page } from '../../store/read.ts'
import type { Send as StoredSend, SendState as State } from '../../store/sends/send.ts'
import type { SendTurn } from '../../store/sends/wishes.ts'
import type { SubgraphContext } from '../context.ts'
import { badUserInput, requireRole } from '../errors.ts'
import { aboutRow, follow } from '../follow.ts'
import { ChangeType } from '../interfaces/events.ts'
import { Gap, GAP_FIELD, ID_FIELD, toChangeType, toGap, toRecordId } from '../interfaces/told.ts'
import { rowIdOf } from '../interfaces/filters.ts'
import { PageArgs, toPageRequest } from '../interfaces/page.ts'
import { type UserError, userError } from '../interfaces/user-error.ts'
import { Send, sendPages, SendPayload, SendState } from './send-types.ts'

@InputType({ description: 'Which sends are wanted; what is not given lets all pass.' })
class SendFilter {
  @Field(() => [SendState], { nullable: true })
  readonly state?: readonly State[] | null

  @Field(() => ID, { nullable: true, description: 'Only those of this account.' })
  readonly integrationId?: string | null

  @Field(() => String, { nullable: true, description: 'Only this: `reply`, `note`, `createTicket`, …' })
  readonly action?: string | null
}

@InputType()
class SendInput {
  @Field(() => ID)
  readonly id!: string
}

interface Answer {
  readonly send: StoredSend | null
  readonly userErrors: readonly UserError[]
}

const rowOf = (id: string): string | null => {
  const found = fromNodeId(id)
  return found?.kind === 'send' ? found.uuid : null
}

/** Sends of a workspace, and what people can do about them. */
@Resolver()
class SendsResolver {
  @Query(() => sendPages.Connection, { description: 'What was asked of providers, newest first. Paged forwards only.' })
  sends(
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => SendFilter, { nullable: true }) filter: SendFilter | null,
    @Ctx() { services, viewer }: SubgraphContext,
  ): Promise<Page<StoredSend>> {
    const { first, after } = toPageRequest(page)
    if (first === undefined) throw badUserInput('last: this list is paged forwards only; use first')
    const { state: states, integrationId, action } = filter ?? {}
    const account = integrationId == null ? null : rowIdOf('integrationId', 'integration', integrationId)
    const wanted = { states: states ?? null, integrationId: account, action: action ?? null }
    return services.store.sends.page(viewer.workspaceId, { first, after: after ?? null, filter: wanted })
  }

  @Query(() => Send, { nullable: true, description: 'One send; null when there is no such thing.' })
  async send(
    @Arg('id', () => ID) id: string,
    @Ctx() { services, viewer }: SubgraphContext,
  ): Promise<StoredSend | null> {
    const row = rowOf(id)
    return row === null ? null : services.store.sends.find(viewer.workspaceId, row)
  }

  @Mutation(() => SendPayload, {
    description: 'Has a message or ticket sent again that FAILED, in the background, for an hour. Needs AGENT.',
  })
  retrySend(@Arg('input', () => SendInput) { id }: SendInput, @Ctx() context: SubgraphContext): Promise<Answer> {
    return turn(context, id, {
      name: 'retried',
      wish: (send) => context.services.store.sends.retry(send, TRY_FOR_MS),
      refused: ({ state, isKept }) =>
        isKept
          ? userError('BAD_USER_INPUT', 'id', `id: only what is FAILED is sent again, and this is ${state}`)
          : userError('UNSUPPORTED', 'id', 'id: only messages and tickets are sent again; ask for this anew'),
    })
  }

  @Mutation(() => SendPayload, { description: 'Takes back a send that is QUEUED: it becomes FAILED. Needs AGENT.' })
  cancelSend(@Arg('input', () => SendInput) { id }: SendInput, @Ctx() context: SubgraphContext): Promise<Answer> {
    return turn(context, id, {
      name: 'cancelled',
      wish: (send) => context.services.store.sends.cancel(send),
      refused: ({ state }) =>
        userError('BAD_USER_INPUT', 'id', `id: only what is QUEUED is taken back, and this is ${state}`),
    })
  }
}

interface Wish {
  /** As the activity tells it. */
  readonly name: string
  readonly wish: (send: Pick<StoredSend, 'workspaceId' | 'id'>) => Promise<SendTurn>
  readonly refused: (send: StoredSend) => UserError
}

async function turn(context: SubgraphContext, id: string, { name, wish, refused }: Wish): Promise<Answer> {
  requireRole(context, 'AGENT')
  const { services, viewer } = context
  const row = rowOf(id)
  const turned = row === null ? null : await wish({ workspaceId: viewer.workspaceId, id: row })
  if (turned === null) return { send: null, userErrors: [userError('NOT_FOUND', 'id', `id: there is no send ${id}`)] }
  const { send, changed } = turned
  if (!changed) return { send, userErrors: [refused(send)] }
  await services.store.activity.record({
    workspaceId: viewer.workspaceId,
    memberId: viewer.memberId,
    integrationId: send.integrationId,
    action: `send.${name}`,
    detail: { id, action: send.action },
  })
  return { send, userErrors: [] }
}

@ObjectType({ simpleResolvers: true, description: 'A send was put on record, or stands otherwise than before.' })
class SendEvent {
  @Field(() => String, { description: 'The place in the log: give it as `after` to go on from here.' })
  readonly cursor!: string

  @Field(() => GraphQLDateTimeISO, { description: 'When Switchboard stored it.' })
  readonly at!: Date
}

interface FollowedSend {
  readonly id?: string | null
  readonly after?: string | null
}

@Resolver(() => SendEvent)
class SendEventResolver {
  @FieldResolver(() => Gap, { nullable: true, description: GAP_FIELD })
  gap(@Root() told: Told): Gap | null {
    return toGap(told, ['sends'])
  }

  @FieldResolver(() => ChangeType)
  type(@Root() told: Told): string {
    return toChangeType(told)
  }

  @FieldResolver(() => ID, { nullable: true, description: ID_FIELD })
  id(@Root() told: Told): string | null {
    return toRecordId(told, 'send')
  }

  @FieldResolver(() => Send, { nullable: true, description: 'As it now stands; null when it is kept no longer.' })
  async send(@Root() told: Told, @Ctx() { services, viewer }: SubgraphContext): Promise<StoredSend | null> {
    return told.kind === 'gap' ? null : services.store.sends.find(viewer.workspaceId, told.rowId)
  }

  @Subscription(() => SendEvent, {
    subscribe: ({ args, context }: { args: FollowedSend; context: SubgraphContext }) =>
      follow(context, {
        kind: 'send',
        after: args.after,
        providers: null,
        includeBackfill: true,
        about: aboutRow('id', 'send', args.id, 'rowId'),
      }),
    description: 'How sends get on, whoever asked for them.',
  })
  sendUpdated(
    @Root() told: Told,
    @Arg('id', () => ID, { nullable: true, description: 'Only this send.' }) _id: string | null,
    @Arg('after', () => String, {
      nullable: true,
      description: 'The `cursor` of the last event that was seen: what came since then is sent first.',
    })
    _after: string | null,
  ): Told {
    return told
  }
}

/** The resolvers of lists, wishes and events of sends. */
export const sendResolvers: readonly ClassType[] = [SendsResolver, SendEventResolver]
