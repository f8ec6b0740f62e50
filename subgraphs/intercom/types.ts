import { Directive, Field, Float, Int, ObjectType } from 'type-graphql'
import { GraphQLDateTimeISO } from 'graphql-scalars'
import { Agent } from '../interfaces/agent.ts'
import { Company } from '../interfaces/company.ts'
import { Contact } from '../interfaces/contact.ts'
import { Conversation } from '../interfaces/conversation.ts'
import { Message } from '../interfaces/message.ts'
import { Node } from '../interfaces/node.ts'
import { Record } from '../interfaces/record.ts'
import { Tag } from '../interfaces/tag.ts'
import { Team } from '../interfaces/team.ts'
import { Ticket } from '../interfaces/ticket.ts'

@Directive('@key(fields: "id")')
@ObjectType('IntercomAgent', {
  implements: [Node, Record, Agent],
  simpleResolvers: true,
  description: 'An Intercom admin.',
})
export class IntercomAgent {
  @Field(() => String, { nullable: true })
  readonly jobTitle!: string | null

  @Field(() => Boolean, { nullable: true, description: 'Away: new conversations are given to others.' })
  readonly awayModeEnabled!: boolean | null

  @Field(() => Boolean, { nullable: true })
  readonly hasInboxSeat!: boolean | null
}

@Directive('@key(fields: "id")')
@ObjectType('IntercomTeam', { implements: [Node, Record, Team], simpleResolvers: true })
export class IntercomTeam {
  @Field(() => String, { nullable: true, description: 'How work is given out: `manual`, `round_robin`, …' })
  readonly distributionMethod!: string | null
}

@Directive('@key(fields: "id")')
@ObjectType('IntercomTag', { implements: [Node, Record, Tag], simpleResolvers: true })
export class IntercomTag {}

@Directive('@key(fields: "id")')
@ObjectType('IntercomCompany', { implements: [Node, Record, Company], simpleResolvers: true })
export class IntercomCompany {
  @Field(() => Float, { nullable: true, description: 'As the account reports it, in its own currency.' })
  readonly monthlySpend!: number | null

  @Field(() => Int, { nullable: true })
  readonly sessionCount!: number | null

  @Field(() => Int, { nullable: true, description: 'How many of its people are contacts.' })
  readonly userCount!: number | null
}

@Directive('@key(fields: "id")')
@ObjectType('IntercomContact', { implements: [Node, Record, Contact], simpleResolvers: true })
export class IntercomContact {
  @Field(() => String, { nullable: true, description: '`user` or `lead`, as Intercom says.' })
  readonly nativeRole!: string | null

  @Field(() => String, { nullable: true, description: 'Where they write from.' })
  readonly city!: string | null

  @Field(() => String, { nullable: true })
  readonly country!: string | null

  @Field(() => String, { nullable: true, description: 'The browser’s language.' })
  readonly language!: string | null

  @Field(() => Boolean, { nullable: true })
  readonly unsubscribedFromEmails!: boolean | null
}

@ObjectType('IntercomConversationStatistics', {
  simpleResolvers: true,
  description: 'What Intercom counted. Durations in seconds.',
})
export class IntercomConversationStatistics {
  @Field(() => Int, { nullable: true })
  readonly timeToAssignmentSeconds!: number | null

  @Field(() => Int, { nullable: true })
  readonly timeToAdminReplySeconds!: number | null

  @Field(() => Int, { nullable: true })
  readonly timeToFirstCloseSeconds!: number | null

  @Field(() => Int, { nullable: true })
  readonly timeToLastCloseSeconds!: number | null

  @Field(() => Int, { nullable: true })
  readonly medianTimeToReplySeconds!: number | null

  @Field(() => GraphQLDateTimeISO, { nullable: true })
  readonly firstContactReplyAt!: Date | null

  @Field(() => GraphQLDateTimeISO, { nullable: true })
  readonly firstAdminReplyAt!: Date | null

  @Field(() => GraphQLDateTimeISO, { nullable: true })
  readonly lastClosedAt!: Date | null

  @Field(() => Int, { nullable: true })
  readonly reopens!: number | null

  @Field(() => Int, { nullable: true })
  readonly assignments!: number | null

  @Field(() => Int, {
    nullable: true,
    description: 'As Intercom counts; of very long threads it hands out only the newest 500.',
  })
  readonly parts!: number | null
}

@Directive('@key(fields: "id")')
@ObjectType('IntercomConversation', { implements: [Node, Record, Conversation], simpleResolvers: true })
export class IntercomConversation {
  @Field(() => String, { nullable: true, description: 'How it began: `customer_initiated`, `admin_initiated`, …' })
  readonly deliveredAs!: string | null

  @Field(() => Boolean, { nullable: true, description: 'Fin, Intercom’s AI agent, took part.' })
  readonly aiAgentParticipated!: boolean | null

  @Field(() => IntercomConversationStatistics, { nullable: true })
  readonly statistics!: IntercomConversationStatistics | null
}

@Directive('@key(fields: "id")')
@ObjectType('IntercomTicket', { implements: [Node, Record, Ticket], simpleResolvers: true })
export class IntercomTicket {
  @Field(() => String, { nullable: true, description: '`Customer`, `Back-office` or `Tracker`.' })
  readonly category!: string | null

  @Field(() => String, { nullable: true, description: 'The state as the team sees it.' })
  readonly stateLabel!: string | null

  @Field(() => String, { nullable: true, description: 'The state as the customer sees it.' })
  readonly customerStateLabel!: string | null

  @Field(() => Boolean, { nullable: true, description: 'Whether the customer can see it.' })
  readonly shared!: boolean | null
}

@Directive('@key(fields: "id")')
@ObjectType('IntercomMessage', { implements: [Node, Record, Message], simpleResolvers: true })
export class IntercomMessage {}
