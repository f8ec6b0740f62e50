import { Field, InterfaceType } from 'type-graphql'
import { GraphQLDateTimeISO } from 'graphql-scalars'
import { Channel, Priority, TicketStatus } from './enums.ts'
import { Node, typeOf } from './node.ts'
import { Record } from './record.ts'

@InterfaceType('Ticket', {
  implements: [Node, Record],
  autoRegisterImplementations: false,
  description: 'A piece of work for the team, with a state of its own.',
  resolveType: typeOf,
})
export class Ticket {
  @Field(() => String, { nullable: true, description: 'What people call it by; `remoteId` is the API’s.' })
  readonly number!: string | null

  @Field(() => String, { nullable: true })
  readonly subject!: string | null

  @Field(() => String, { nullable: true })
  readonly description!: string | null

  @Field(() => TicketStatus)
  readonly status!: string

  @Field(() => String)
  readonly nativeStatus!: string

  @Field(() => Priority)
  readonly priority!: string

  @Field(() => String, { nullable: true })
  readonly nativePriority!: string | null

  @Field(() => Channel)
  readonly channel!: string

  @Field(() => String, { nullable: true })
  readonly nativeChannel!: string | null

  @Field(() => String, { nullable: true, description: 'The account’s own name for the sort of ticket.' })
  readonly type!: string | null

  @Field(() => GraphQLDateTimeISO, {
    nullable: true,
    description: 'By when it has to be solved, as the provider reckons.',
  })
  readonly dueAt!: Date | null

  @Field(() => GraphQLDateTimeISO, {
    nullable: true,
    description: 'By when somebody has to have answered first, as the provider reckons.',
  })
  readonly firstReplyDueAt!: Date | null

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether the provider told somebody that it is late; null where it does not do so.',
  })
  readonly escalated!: boolean | null

  @Field(() => GraphQLDateTimeISO, { nullable: true })
  readonly solvedAt!: Date | null
}
