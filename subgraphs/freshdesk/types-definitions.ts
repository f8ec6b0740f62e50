import { Field, Int, ObjectType } from 'type-graphql'
import { GraphQLDateTimeISO, GraphQLJSON } from 'graphql-scalars'
import type { Json } from '../../store/kinds.ts'
import { Agent } from '../interfaces/agent.ts'
import { CustomFieldType } from '../interfaces/enums.ts'
import { Ticket } from '../interfaces/ticket.ts'

@ObjectType('FreshdeskOption', { simpleResolvers: true, description: 'One of the closed choices of a field.' })
export class FreshdeskOption {
  @Field(() => String, { description: 'As it stands in records.' })
  readonly value!: string

  @Field(() => String)
  readonly label!: string
}

@ObjectType('FreshdeskField', {
  simpleResolvers: true,
  description:
    'A field of tickets, contacts or companies. Those called `status`, `priority` and `source` name the account’s own.',
})
export class FreshdeskField {
  @Field(() => String, { description: '`ticket`, `contact` or `company`.' })
  readonly appliesTo!: string

  @Field(() => String, { description: 'Among the custom fields of records.' })
  readonly key!: string

  @Field(() => String)
  readonly label!: string

  @Field(() => CustomFieldType)
  readonly type!: string

  @Field(() => [FreshdeskOption])
  readonly options!: readonly FreshdeskOption[]
}

@ObjectType('FreshdeskProduct', { simpleResolvers: true, description: 'Something that the account supports.' })
export class FreshdeskProduct {
  @Field(() => String)
  readonly remoteId!: string

  @Field(() => String)
  readonly name!: string

  @Field(() => String, { nullable: true })
  readonly description!: string | null

  @Field(() => String, { nullable: true })
  readonly primaryEmail!: string | null
}

@ObjectType('FreshdeskSlaPolicy', {
  simpleResolvers: true,
  description:
    'How soon tickets are to be answered and solved. Freshdesk does not say which of them a ticket is under.',
})
export class FreshdeskSlaPolicy {
  @Field(() => String)
  readonly remoteId!: string

  @Field(() => String)
  readonly name!: string

  @Field(() => Boolean)
  readonly active!: boolean

  @Field(() => Int, { nullable: true, description: 'The first that applies counts.' })
  readonly position!: number | null

  @Field(() => GraphQLJSON, {
    nullable: true,
    description: 'Seconds by `priority_1` to `priority_4`, as Freshdesk has them.',
  })
  readonly targets!: Json
}

@ObjectType('FreshdeskBusinessHours', { simpleResolvers: true, description: 'When the desk is open.' })
export class FreshdeskBusinessHours {
  @Field(() => String)
  readonly remoteId!: string

  @Field(() => String)
  readonly name!: string

  @Field(() => String, { nullable: true })
  readonly timeZone!: string | null

  @Field(() => GraphQLJSON, {
    nullable: true,
    description: 'By weekday, as Freshdesk has them; a day that is missing is closed.',
  })
  readonly hours!: Json
}

@ObjectType('FreshdeskTimeEntry', { simpleResolvers: true, description: 'Time that an agent spent on a ticket.' })
export class FreshdeskTimeEntry {
  @Field(() => String)
  readonly remoteId!: string

  @Field(() => Int)
  readonly seconds!: number

  @Field(() => Boolean, { nullable: true })
  readonly billable!: boolean | null

  @Field(() => String, { nullable: true })
  readonly note!: string | null

  @Field(() => GraphQLDateTimeISO, { nullable: true, description: 'When it was spent.' })
  readonly spentAt!: Date | null

  @Field(() => Agent, { nullable: true })
  readonly agent!: Agent | null

  @Field(() => Ticket, { nullable: true })
  readonly ticket!: Ticket | null
}
