import { Field, InterfaceType } from 'type-graphql'
import { GraphQLDateTimeISO } from 'graphql-scalars'
import { Channel, ConversationStatus, Priority } from './enums.ts'
import { Node, typeOf } from './node.ts'
import { Record } from './record.ts'

@InterfaceType('Conversation', {
  implements: [Node, Record],
  autoRegisterImplementations: false,
  description: 'A thread between a customer and the team.',
  resolveType: typeOf,
})
export class Conversation {
  @Field(() => String, { nullable: true })
  readonly subject!: string | null

  @Field(() => ConversationStatus)
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

  @Field(() => GraphQLDateTimeISO, { nullable: true })
  readonly snoozedUntil!: Date | null

  @Field(() => GraphQLDateTimeISO, {
    nullable: true,
    description: 'Since when the customer waits for an answer; null when nobody waits.',
  })
  readonly waitingSince!: Date | null

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether the team has read the last message; null where the provider does not tell.',
  })
  readonly read!: boolean | null
}
