import { type ClassType, Field, FieldResolver, ObjectType, Resolver, Root } from 'type-graphql'
import { UserError } from '../interfaces/user-error.ts'
import type { Acted } from '../acting/act.ts'
import type { Stub, StubKind } from '../interfaces/stub.ts'
import { stubs } from './stubs.ts'

/** What a mutation answers: the record as it now stands, by the name of its kind, or why nothing was done. */
function payloadOf(name: string, kind: StubKind): { readonly Payload: ClassType; readonly resolver: ClassType } {
  @ObjectType(name, { simpleResolvers: true })
  class Payload {
    @Field(() => [UserError], { description: 'Empty when it was done.' })
    readonly userErrors!: readonly UserError[]
  }

  @Resolver(() => Payload)
  class PayloadResolver {
    @FieldResolver(() => stubs[kind].Interface, { name: kind, nullable: true, description: 'As it now stands.' })
    record(@Root() acted: Acted): Stub | null {
      return acted.subject?.kind === kind ? acted.subject : null
    }
  }
  return { Payload, resolver: PayloadResolver }
}

export const payloads = {
  message: payloadOf('MessagePayload', 'message'),
  conversation: payloadOf('ConversationPayload', 'conversation'),
  ticket: payloadOf('TicketPayload', 'ticket'),
} as const
