import { Field, InterfaceType } from 'type-graphql'
import { GraphQLDateTimeISO } from 'graphql-scalars'
import type { CustomField as CustomFieldValue } from '../../store/kinds.ts'
import { Channel, Priority, TicketStatus } from './enums.ts'
import { CustomField } from './values.ts'
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

  @Field(() => GraphQLDateTimeISO, { nullable: true })
  readonly dueAt!: Date | null

  @Field(() => GraphQLDateTimeISO, { nullable: true })
  readonly solvedAt!: Date | null

  @Field(() => [CustomField])
  readonly customFields!: readonly CustomFieldValue[]
}
