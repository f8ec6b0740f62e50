import { Field, ID, InputType } from 'type-graphql'
import { GraphQLDateTimeISO } from 'graphql-scalars'
import { CustomFieldInput } from '../acting/custom-values.ts'
import { KeyedInput } from '../acting/input.ts'
import { Priority, TicketStatus } from '../interfaces/enums.ts'
import { CompanyFilter, ContactFilter, ConversationFilter, TicketFilter } from '../interfaces/filters.ts'

const FILTERED = 'All that this finds when the job begins, at most 100,000; this or `ids`.'
const GIVEN = 'it applies to records of the same account, and the others are skipped'

/** What every bulk mutation may say: which records. */
@InputType()
export abstract class BulkInput extends KeyedInput {
  @Field(() => [ID], { nullable: true, description: 'The records, at most 10,000 of one kind; these or a filter.' })
  readonly ids?: readonly string[] | null

  @Field(() => TicketFilter, { nullable: true, description: FILTERED })
  readonly tickets?: TicketFilter | null
}

@InputType({
  description: 'What is not given stays as it is. Null empties a field, and is refused for one that cannot be empty.',
})
export class BulkUpdateTicketsInput extends BulkInput {
  @Field(() => String, { nullable: true, description: 'The accounts’ own name for the sort of ticket.' })
  readonly type?: string | null

  @Field(() => TicketStatus, { nullable: true })
  readonly status?: keyof typeof TicketStatus | null

  @Field(() => Priority, { nullable: true })
  readonly priority?: keyof typeof Priority | null

  @Field(() => ID, { nullable: true, description: `The agent who gets them, or null for nobody: ${GIVEN}.` })
  readonly assigneeId?: string | null

  @Field(() => ID, { nullable: true, description: `The team that gets them, or null for none: ${GIVEN}.` })
  readonly teamId?: string | null

  @Field(() => ID, { nullable: true, description: `The company that they are for, or null for none: ${GIVEN}.` })
  readonly companyId?: string | null

  @Field(() => [String], { nullable: true, description: 'All the tags that each is to have, by name.' })
  readonly tags?: readonly string[] | null

  @Field(() => [String], { nullable: true, description: 'Tags to put on, by name; not beside `tags`.' })
  readonly addTags?: readonly string[] | null

  @Field(() => [String], { nullable: true, description: 'Tags to take off, by name; not beside `tags`.' })
  readonly removeTags?: readonly string[] | null

  @Field(() => [CustomFieldInput], { nullable: true, description: 'Those that are not named stay as they are.' })
  readonly customFields?: readonly CustomFieldInput[] | null

  @Field(() => GraphQLDateTimeISO, { nullable: true, description: 'By when they have to be solved; null for no time.' })
  readonly dueAt?: Date | null
}

@InputType()
export class BulkTagInput extends BulkInput {
  @Field(() => ContactFilter, { nullable: true, description: FILTERED })
  readonly contacts?: ContactFilter | null

  @Field(() => CompanyFilter, { nullable: true, description: FILTERED })
  readonly companies?: CompanyFilter | null

  @Field(() => ConversationFilter, { nullable: true, description: FILTERED })
  readonly conversations?: ConversationFilter | null

  @Field(() => [String], {
    nullable: true,
    description: 'Tags to put on, by name, at most 20; made where they are not.',
  })
  readonly add?: readonly string[] | null

  @Field(() => [String], { nullable: true, description: 'Tags to take off, by name in any case, at most 20.' })
  readonly remove?: readonly string[] | null
}

@InputType({ description: 'A conversation is given to both at once: whichever is not given is as if it were null.' })
export class BulkAssignInput extends BulkInput {
  @Field(() => ConversationFilter, { nullable: true, description: FILTERED })
  readonly conversations?: ConversationFilter | null

  @Field(() => ID, { nullable: true, description: `The agent who gets them, or null for nobody: ${GIVEN}.` })
  readonly assigneeId?: string | null

  @Field(() => ID, { nullable: true, description: `The team that gets them, or null for none: ${GIVEN}.` })
  readonly teamId?: string | null
}

@InputType()
export class BulkJobInput {
  @Field(() => ID)
  readonly id!: string
}
