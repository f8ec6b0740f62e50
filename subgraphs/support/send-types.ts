import {
  type ClassType,
  Ctx,
  Field,
  FieldResolver,
  ID,
  Int,
  ObjectType,
  registerEnumType,
  Resolver,
  Root,
} from 'type-graphql'
import { GraphQLDateTimeISO } from 'graphql-scalars'
import { toNodeId } from '../../store/id.ts'
import type { Send as StoredSend } from '../../store/sends/send.ts'
import type { Acted } from '../acting/acted.ts'
import { findDone, toStub, whyOf } from '../acting/standing.ts'
import type { SubgraphContext } from '../context.ts'
import { Member, toMember } from '../interfaces/member.ts'
import { Node } from '../interfaces/node.ts'
import { connectionOf } from '../interfaces/page.ts'
import type { Stub } from '../interfaces/stub.ts'
import { UserError, UserErrorCode } from '../interfaces/user-error.ts'
import { payloads } from './payloads.ts'
import { stubs } from './stubs.ts'

export const SendState = {
  QUEUED: 'QUEUED',
  SENDING: 'SENDING',
  SENT: 'SENT',
  DELIVERED: 'DELIVERED',
  READ: 'READ',
  FAILED: 'FAILED',
  UNKNOWN: 'UNKNOWN',
} as const
registerEnumType(SendState, {
  name: 'SendState',
  description: 'How something stands that was asked of a provider.',
  valuesConfig: {
    QUEUED: {
      description: 'On record, and not at the provider: it is sent in its turn, or when the provider can be asked.',
    },
    SENDING: { description: 'At the provider at this moment.' },
    SENT: { description: 'The provider has it.' },
    DELIVERED: {
      description: 'The customer’s device has it. Only where a provider tells, which not all do.',
    },
    READ: { description: 'The customer has seen it. Only where a provider tells, which not all do.' },
    FAILED: { description: 'It was not done; `code` says why.' },
    UNKNOWN: {
      description:
        'It went out and no answer came. It is looked for at the provider at `nextAt`; without that nothing can tell, and a person has to look.',
    },
  },
})

@ObjectType('Send', {
  implements: Node,
  simpleResolvers: true,
  description: 'Something that was asked of a provider, on record since before it was done, and what became of it.',
})
export class Send {
  @Field(() => ID)
  readonly id!: string

  @Field(() => SendState)
  readonly state!: string

  @Field(() => String, { description: 'What was asked for: `reply`, `note`, `createTicket`, …' })
  readonly action!: string

  @Field(() => String, { nullable: true, description: 'Null when none was given, or when it may be used again.' })
  readonly idempotencyKey!: string | null

  @Field(() => Int, { description: 'How often it was begun.' })
  readonly attempts!: number

  @Field(() => GraphQLDateTimeISO)
  readonly createdAt!: Date

  @Field(() => GraphQLDateTimeISO, {
    nullable: true,
    description: 'When it came to stand so; null while it is not over.',
  })
  readonly settledAt!: Date | null

  @Field(() => GraphQLDateTimeISO, { nullable: true, description: 'When it is tried, or looked for, again.' })
  readonly nextAt!: Date | null
}

/** Pages of sends. */
export const sendPages = connectionOf('Send', () => Send)

/** What a mutation about sends answers. */
@ObjectType({ simpleResolvers: true })
export class SendPayload {
  @Field(() => Send, { nullable: true, description: 'As it now stands; null when there is none.' })
  readonly send!: StoredSend | null

  @Field(() => [UserError], { description: 'Empty when it was done.' })
  readonly userErrors!: readonly UserError[]
}

const isDone = ({ state }: StoredSend): boolean => state === 'SENT' || state === 'DELIVERED' || state === 'READ'

@Resolver(() => Send)
class SendResolver {
  @FieldResolver(() => ID)
  id(@Root() { id }: StoredSend): string {
    return toNodeId('send', id)
  }

  @FieldResolver(() => UserErrorCode, { nullable: true, description: 'Why it is not done, or not yet.' })
  code(@Root() send: StoredSend): string | null {
    return isDone(send) || send.result === null ? null : whyOf(send.result).code
  }

  @FieldResolver(() => String, { nullable: true, description: 'The same as `code`, in words.' })
  message(@Root() { error }: StoredSend): string | null {
    return error
  }

  @FieldResolver(() => Node, {
    nullable: true,
    description: 'What it made or changed: a message, ticket, … Null until that is stored, and when it is gone.',
  })
  async record(@Root() send: StoredSend, @Ctx() context: SubgraphContext): Promise<Stub | null> {
    return isDone(send) ? toStub(await findDone(context, send)) : null
  }

  @FieldResolver(() => Member, { nullable: true, description: 'Who asked for it; null when they are gone.' })
  async createdBy(@Root() send: StoredSend, @Ctx() { services }: SubgraphContext): Promise<Member | null> {
    const member = send.memberId && (await services.store.members.find(send.workspaceId, send.memberId))
    return member ? toMember(member) : null
  }
}

/** Gives a payload the send that the mutation is on record as. */
function withSend(Payload: ClassType): ClassType {
  @Resolver(() => Payload)
  class PayloadSendResolver {
    @FieldResolver(() => Send, {
      nullable: true,
      description: 'What it is on record as; null when it was refused before that.',
    })
    async send(@Root() { sendId }: Acted, @Ctx() { services, viewer }: SubgraphContext): Promise<StoredSend | null> {
      return sendId === null ? null : services.store.sends.find(viewer.workspaceId, sendId)
    }
  }
  return PayloadSendResolver
}

@Resolver(() => stubs.message.Interface)
class MessageSendResolver {
  @FieldResolver(() => Send, {
    nullable: true,
    description:
      'What a reply or note was sent by: `state` says how far it got. Null until that is settled, for what was not sent through this graph, for words that began their thread (then that is what the send made), and when it is kept no longer.',
  })
  send(@Root() { id }: Stub, @Ctx() { reader }: SubgraphContext): Promise<StoredSend | null> {
    return reader.sendOf(id)
  }
}

/** The resolvers of what a send is. */
export const sendTypeResolvers: readonly ClassType[] = [
  SendResolver,
  MessageSendResolver,
  sendPages.resolver,
  ...Object.values(payloads).map(({ Payload }) => withSend(Payload)),
]
