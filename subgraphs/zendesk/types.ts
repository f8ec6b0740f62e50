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
import { ZendeskBrand, ZendeskCustomStatus, ZendeskForm } from './types-definitions.ts'

@Directive('@key(fields: "id")')
@ObjectType('ZendeskAgent', {
  implements: [Node, Record, Agent],
  simpleResolvers: true,
  description: 'An agent or administrator of Zendesk.',
})
export class ZendeskAgent {
  @Field(() => String, { nullable: true, description: '`agent` or `admin`.' })
  readonly nativeRole!: string | null

  @Field(() => Boolean, { nullable: true, description: 'Let in no more.' })
  readonly suspended!: boolean | null

  @Field(() => String, { nullable: true, description: 'What customers see instead of the name.' })
  readonly alias!: string | null

  @Field(() => String, {
    nullable: true,
    description: 'Which tickets they see: `organization`, `groups`, `assigned`, `requested`; null for all.',
  })
  readonly ticketRestriction!: string | null
}

@Directive('@key(fields: "id")')
@ObjectType('ZendeskTeam', {
  implements: [Node, Record, Team],
  simpleResolvers: true,
  description: 'A group of agents of Zendesk.',
})
export class ZendeskTeam {
  @Field(() => String, { nullable: true })
  readonly description!: string | null

  @Field(() => Boolean, { nullable: true })
  readonly isPublic!: boolean | null
}

@Directive('@key(fields: "id")')
@ObjectType('ZendeskTag', { implements: [Node, Record, Tag], simpleResolvers: true })
export class ZendeskTag {}

@Directive('@key(fields: "id")')
@ObjectType('ZendeskCompany', {
  implements: [Node, Record, Company],
  simpleResolvers: true,
  description: 'An organization of Zendesk.',
})
export class ZendeskCompany {
  @Field(() => [String], { description: 'Whoever writes from one of these hosts belongs to it.' })
  readonly domainNames!: readonly string[]

  @Field(() => String, { nullable: true })
  readonly details!: string | null

  @Field(() => String, { nullable: true })
  readonly notes!: string | null

  @Field(() => Boolean, { nullable: true, description: 'Its people see each other’s tickets.' })
  readonly sharedTickets!: boolean | null
}

@Directive('@key(fields: "id")')
@ObjectType('ZendeskContact', {
  implements: [Node, Record, Contact],
  simpleResolvers: true,
  description: 'A user of Zendesk who asks.',
})
export class ZendeskContact {
  @Field(() => String, { nullable: true, description: '`end-user`; `agent` or `admin` for one of the team who asked.' })
  readonly nativeRole!: string | null

  @Field(() => Boolean, { nullable: true, description: 'They showed that an address is theirs.' })
  readonly verified!: boolean | null

  @Field(() => String, { nullable: true })
  readonly locale!: string | null

  @Field(() => String, { nullable: true })
  readonly timeZone!: string | null

  @Field(() => String, { nullable: true })
  readonly details!: string | null

  @Field(() => String, { nullable: true })
  readonly notes!: string | null
}

@ObjectType('ZendeskSatisfaction', {
  simpleResolvers: true,
  description: 'What the customer was asked and said, as the ticket tells it.',
})
export class ZendeskSatisfaction {
  @Field(() => String, { description: '`unoffered`, `offered`, `good`, `bad`, …' })
  readonly score!: string

  @Field(() => String, { nullable: true })
  readonly comment!: string | null

  @Field(() => String, { nullable: true })
  readonly reason!: string | null
}

@ObjectType('ZendeskTicketMetrics', {
  simpleResolvers: true,
  description:
    'What Zendesk counted of a ticket. Minutes of the calendar, and of the hours in which the account works.',
})
export class ZendeskTicketMetrics {
  @Field(() => Int, { nullable: true })
  readonly replies!: number | null

  @Field(() => Int, { nullable: true })
  readonly reopens!: number | null

  @Field(() => Int, { nullable: true, description: 'Groups that had it.' })
  readonly groupStations!: number | null

  @Field(() => Int, { nullable: true, description: 'Agents who had it.' })
  readonly assigneeStations!: number | null

  @Field(() => Float, { nullable: true })
  readonly firstReplyMinutes!: number | null

  @Field(() => Float, { nullable: true })
  readonly firstReplyBusinessMinutes!: number | null

  @Field(() => Float, { nullable: true })
  readonly firstResolutionMinutes!: number | null

  @Field(() => Float, { nullable: true })
  readonly fullResolutionMinutes!: number | null

  @Field(() => Float, { nullable: true, description: 'How long the team waited for the customer.' })
  readonly agentWaitMinutes!: number | null

  @Field(() => Float, { nullable: true, description: 'How long the customer waited for the team.' })
  readonly requesterWaitMinutes!: number | null

  @Field(() => Float, { nullable: true })
  readonly onHoldMinutes!: number | null

  @Field(() => GraphQLDateTimeISO, { nullable: true })
  readonly assignedAt!: Date | null

  @Field(() => GraphQLDateTimeISO, { nullable: true })
  readonly solvedAt!: Date | null

  @Field(() => GraphQLDateTimeISO, { nullable: true })
  readonly latestCommentAt!: Date | null
}

@Directive('@key(fields: "id")')
@ObjectType('ZendeskTicket', { implements: [Node, Record, Ticket], simpleResolvers: true })
export class ZendeskTicket {
  @Field(() => String, { nullable: true, description: 'By what it came, in Zendesk’s word.' })
  readonly viaChannel!: string | null

  @Field(() => String, { nullable: true, description: 'The customer’s own key for it.' })
  readonly externalId!: string | null

  @Field(() => ZendeskCustomStatus, { nullable: true, description: 'The account’s own status that it is in.' })
  readonly customStatus!: ZendeskCustomStatus | null

  @Field(() => ZendeskBrand, { nullable: true })
  readonly brand!: ZendeskBrand | null

  @Field(() => ZendeskForm, { nullable: true })
  readonly form!: ZendeskForm | null

  @Field(() => ZendeskTicket, { nullable: true, description: 'The problem that it is an incident of.' })
  readonly problem!: ZendeskTicket | null

  @Field(() => Boolean, { nullable: true, description: 'A problem that others hang on.' })
  readonly hasIncidents!: boolean | null

  @Field(() => Boolean, { nullable: true, description: 'Something on it was said to the customer.' })
  readonly isPublic!: boolean | null

  @Field(() => ZendeskSatisfaction, { nullable: true })
  readonly satisfactionRating!: ZendeskSatisfaction | null

  @Field(() => ZendeskTicketMetrics, { nullable: true, description: 'Null when Zendesk did not tell.' })
  readonly metrics!: ZendeskTicketMetrics | null
}

@Directive('@key(fields: "id")')
@ObjectType('ZendeskConversation', {
  implements: [Node, Record, Conversation],
  simpleResolvers: true,
  description: 'There is none: what is said at Zendesk is said on tickets.',
})
export class ZendeskConversation {}

@Directive('@key(fields: "id")')
@ObjectType('ZendeskMessage', {
  implements: [Node, Record, Message],
  simpleResolvers: true,
  description: 'A comment, or a change of a ticket told as one.',
})
export class ZendeskMessage {}
