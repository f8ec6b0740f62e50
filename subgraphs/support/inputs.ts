import { Field, ID, InputType, Int } from 'type-graphql'
import { GraphQLDateTimeISO } from 'graphql-scalars'
import { ActingInput, WAITS } from '../acting/input.ts'

@InputType()
export class WriteInput extends ActingInput {
  @Field(() => ID, { nullable: true, description: 'The conversation to write in; this or `ticketId`.' })
  readonly conversationId?: string | null

  @Field(() => ID, { nullable: true, description: 'The ticket to write in; this or `conversationId`.' })
  readonly ticketId?: string | null

  @Field(() => String, { description: 'Plain text; line breaks are kept.' })
  readonly body!: string

  @Field(() => [String], { nullable: true, description: 'Files, by https addresses that the provider can fetch.' })
  readonly attachmentUrls?: readonly string[] | null

  @Field(() => Int, WAITS)
  readonly waitMs?: number | null
}

@InputType()
export class SendMessageInput extends WriteInput {}

@InputType()
export class AddNoteInput extends WriteInput {}

@InputType()
export class StartConversationInput extends ActingInput {
  @Field(() => ID)
  readonly contactId!: string

  @Field(() => String, { description: 'Plain text; line breaks are kept.' })
  readonly body!: string

  @Field(() => String, { nullable: true, description: 'Sends it as mail, where the provider knows the difference.' })
  readonly subject?: string | null

  @Field(() => Int, WAITS)
  readonly waitMs?: number | null
}

@InputType()
export class CloseConversationInput extends ActingInput {
  @Field(() => ID)
  readonly conversationId!: string
}

@InputType()
export class ReopenConversationInput extends CloseConversationInput {}

@InputType()
export class SnoozeConversationInput extends CloseConversationInput {
  @Field(() => GraphQLDateTimeISO, { description: 'In the future.' })
  readonly until!: Date
}

@InputType()
export class AssignConversationInput extends CloseConversationInput {
  @Field(() => ID, { nullable: true, description: 'The agent who gets it.' })
  readonly assigneeId?: string | null

  @Field(() => ID, { nullable: true, description: 'The team that gets it. With neither, it is taken from both.' })
  readonly teamId?: string | null
}

@InputType()
export class TagInput extends ActingInput {
  @Field(() => ID, { description: 'A contact, company, conversation or ticket.' })
  readonly id!: string

  @Field(() => String, { description: 'The tag’s name; it is made when the account has none of that name.' })
  readonly name!: string
}

@InputType()
export class UntagInput extends ActingInput {
  @Field(() => ID, { description: 'A contact, company, conversation or ticket.' })
  readonly id!: string

  @Field(() => ID)
  readonly tagId!: string
}
