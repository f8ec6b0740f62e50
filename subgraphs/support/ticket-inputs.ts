import { Field, ID, InputType, Int } from 'type-graphql'
import { GraphQLDateTimeISO } from 'graphql-scalars'
import { CustomFieldInput } from '../acting/custom-values.ts'
import { ActingInput, WAITS } from '../acting/input.ts'
import { Priority, TicketStatus } from '../interfaces/enums.ts'

/** What a ticket may be made with, and what of it may be changed. */
@InputType()
abstract class TicketInput extends ActingInput {
  @Field(() => String, {
    nullable: true,
    description: 'The account’s own name for the sort of ticket; of a new one its first when not given.',
  })
  readonly type?: string | null

  @Field(() => String, { nullable: true })
  readonly description?: string | null

  @Field(() => TicketStatus, { nullable: true })
  readonly status?: keyof typeof TicketStatus | null

  @Field(() => Priority, { nullable: true })
  readonly priority?: keyof typeof Priority | null

  @Field(() => ID, { nullable: true, description: 'The agent who gets it; null takes it from whoever has it.' })
  readonly assigneeId?: string | null

  @Field(() => ID, { nullable: true, description: 'The team that gets it; null takes it from whichever has it.' })
  readonly teamId?: string | null

  @Field(() => ID, { nullable: true, description: 'The company that it is for; null for none.' })
  readonly companyId?: string | null

  @Field(() => [String], { nullable: true, description: 'All the tags that it is to have, by name.' })
  readonly tags?: readonly string[] | null

  @Field(() => [CustomFieldInput], { nullable: true, description: 'Those that are not named stay as they are.' })
  readonly customFields?: readonly CustomFieldInput[] | null

  @Field(() => GraphQLDateTimeISO, { nullable: true, description: 'By when it has to be solved; null for no time.' })
  readonly dueAt?: Date | null
}

@InputType({ description: 'What is null or not given is left to the provider.' })
export class CreateTicketInput extends TicketInput {
  @Field(() => ID, { description: 'Whom it is for; the ticket is made in the account that the contact belongs to.' })
  readonly contactId!: string

  @Field(() => String)
  readonly subject!: string

  @Field(() => [String], { nullable: true, description: 'E-mail addresses of those who are to follow it.' })
  readonly copiedTo?: readonly string[] | null

  @Field(() => Int, WAITS)
  readonly waitMs?: number | null
}

@InputType({
  description: 'What is not given stays as it is. Null empties a field, and is refused for one that cannot be empty.',
})
export class UpdateTicketInput extends TicketInput {
  @Field(() => ID)
  readonly ticketId!: string

  @Field(() => String, { nullable: true })
  readonly subject?: string | null
}

@InputType()
export class DeleteTicketInput extends ActingInput {
  @Field(() => ID)
  readonly ticketId!: string
}

@InputType()
export class RestoreTicketInput extends ActingInput {
  @Field(() => ID, { description: 'The same as before it was deleted.' })
  readonly ticketId!: string
}

@InputType()
export class MergeTicketsInput extends ActingInput {
  @Field(() => ID, { description: 'The ticket that stays.' })
  readonly intoId!: string

  @Field(() => [ID], { description: 'Those that go into it, of the same account: 1 to 100.' })
  readonly ticketIds!: readonly string[]
}
