import { Field, ID, InputType, Int } from 'type-graphql'
import { GraphQLDateTimeISO } from 'graphql-scalars'
import { ActingInput } from '../../acting/input.ts'

@InputType()
export class FreshdeskMarkTicketAsSpamInput extends ActingInput {
  @Field(() => ID)
  readonly ticketId!: string
}

@InputType()
export class FreshdeskUnmarkTicketAsSpamInput extends FreshdeskMarkTicketAsSpamInput {}

@InputType()
export class FreshdeskForwardTicketInput extends ActingInput {
  @Field(() => ID)
  readonly ticketId!: string

  @Field(() => String, { description: 'Plain text; line breaks are kept. What the customer wrote is put under it.' })
  readonly body!: string

  @Field(() => [String], { description: 'Mail addresses, one at least.' })
  readonly to!: readonly string[]

  @Field(() => [String], { nullable: true })
  readonly cc?: readonly string[] | null

  @Field(() => [String], { nullable: true })
  readonly bcc?: readonly string[] | null

  @Field(() => Boolean, { nullable: true, description: 'Whether the ticket’s files go along; they do when not given.' })
  readonly withAttachments?: boolean | null
}

@InputType()
export class FreshdeskUpdateTicketInput extends ActingInput {
  @Field(() => ID)
  readonly ticketId!: string

  @Field(() => Int, { nullable: true, description: 'A number among the options of the field `status`.' })
  readonly nativeStatus?: number | null

  @Field(() => Int, { nullable: true, description: 'A number among the options of the field `source`.' })
  readonly source?: number | null

  @Field(() => String, { nullable: true, description: 'The `remoteId` of one of the `products`; null takes it away.' })
  readonly productId?: string | null

  @Field(() => GraphQLDateTimeISO, { nullable: true, description: 'Goes with `dueAt`, and is no later.' })
  readonly firstReplyDueAt?: Date | null

  @Field(() => GraphQLDateTimeISO, { nullable: true, description: 'Goes with `firstReplyDueAt`.' })
  readonly dueAt?: Date | null
}
