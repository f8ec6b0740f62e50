import { Directive, Field, Int, ObjectType } from 'type-graphql'
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
@ObjectType('FreshdeskAgent', { implements: [Node, Record, Agent], simpleResolvers: true })
export class FreshdeskAgent {
  @Field(() => String, { nullable: true })
  readonly jobTitle!: string | null

  @Field(() => String, { nullable: true, description: '`support_agent`, `field_agent` or `collaborator`.' })
  readonly agentType!: string | null

  @Field(() => Boolean, { nullable: true, description: 'Works now and then, by day passes.' })
  readonly occasional!: boolean | null

  @Field(() => GraphQLDateTimeISO, { nullable: true })
  readonly availableSince!: Date | null

  @Field(() => String, { nullable: true, description: 'Which tickets they see: `all`, `groups` or `own`.' })
  readonly ticketScope!: string | null
}

@Directive('@key(fields: "id")')
@ObjectType('FreshdeskTeam', {
  implements: [Node, Record, Team],
  simpleResolvers: true,
  description: 'A group of Freshdesk.',
})
export class FreshdeskTeam {
  @Field(() => String, { nullable: true })
  readonly description!: string | null

  @Field(() => String, { nullable: true, description: 'How long a ticket may be nobody’s: `30m`, `1h`, …' })
  readonly unassignedFor!: string | null
}

@Directive('@key(fields: "id")')
@ObjectType('FreshdeskTag', { implements: [Node, Record, Tag], simpleResolvers: true })
export class FreshdeskTag {}

@Directive('@key(fields: "id")')
@ObjectType('FreshdeskCompany', { implements: [Node, Record, Company], simpleResolvers: true })
export class FreshdeskCompany {
  @Field(() => String, { nullable: true })
  readonly description!: string | null

  @Field(() => [String], { description: 'Mail of these domains is the company’s.' })
  readonly domains!: readonly string[]

  @Field(() => String, { nullable: true })
  readonly healthScore!: string | null

  @Field(() => String, { nullable: true })
  readonly accountTier!: string | null

  @Field(() => GraphQLDateTimeISO, { nullable: true })
  readonly renewalAt!: Date | null
}

@Directive('@key(fields: "id")')
@ObjectType('FreshdeskContact', { implements: [Node, Record, Contact], simpleResolvers: true })
export class FreshdeskContact {
  @Field(() => String, { nullable: true })
  readonly jobTitle!: string | null

  @Field(() => String, { nullable: true })
  readonly mobile!: string | null

  @Field(() => String, { nullable: true })
  readonly language!: string | null

  @Field(() => String, { nullable: true })
  readonly timeZone!: string | null

  @Field(() => Boolean, { nullable: true, description: 'They have confirmed their address.' })
  readonly verified!: boolean | null

  @Field(() => [String], { description: 'Addresses beside the first.' })
  readonly otherEmails!: readonly string[]
}

@Directive('@key(fields: "id")')
@ObjectType('FreshdeskConversation', {
  implements: [Node, Record, Conversation],
  simpleResolvers: true,
  description: 'Freshdesk has tickets only: there is none of these.',
})
export class FreshdeskConversation {}

@Directive('@key(fields: "id")')
@ObjectType('FreshdeskMessage', { implements: [Node, Record, Message], simpleResolvers: true })
export class FreshdeskMessage {
  @Field(() => [String], { description: 'Whom it was sent to.' })
  readonly toEmails!: readonly string[]

  @Field(() => [String])
  readonly ccEmails!: readonly string[]
}

@ObjectType('FreshdeskTicketStats', { simpleResolvers: true, description: 'When what happened, as Freshdesk counts.' })
export class FreshdeskTicketStats {
  @Field(() => GraphQLDateTimeISO, { nullable: true })
  readonly firstRespondedAt!: Date | null

  @Field(() => GraphQLDateTimeISO, { nullable: true })
  readonly agentRespondedAt!: Date | null

  @Field(() => GraphQLDateTimeISO, { nullable: true })
  readonly requesterRespondedAt!: Date | null

  @Field(() => GraphQLDateTimeISO, { nullable: true })
  readonly pendingSince!: Date | null

  @Field(() => GraphQLDateTimeISO, { nullable: true })
  readonly reopenedAt!: Date | null

  @Field(() => GraphQLDateTimeISO, { nullable: true })
  readonly resolvedAt!: Date | null

  @Field(() => GraphQLDateTimeISO, { nullable: true })
  readonly closedAt!: Date | null
}

@ObjectType('FreshdeskSatisfaction', {
  simpleResolvers: true,
  description: 'What the customer thought, by the survey.',
})
export class FreshdeskSatisfaction {
  @Field(() => Int, { description: '1 (worst) to 5 (best).' })
  readonly score!: number

  @Field(() => String, { description: 'Freshdesk’s number: 103 to -103, or 1 (best) to 3 of the classic survey.' })
  readonly nativeScore!: string

  @Field(() => String, { nullable: true })
  readonly feedback!: string | null

  @Field(() => GraphQLDateTimeISO, { nullable: true })
  readonly createdAt!: Date | null
}

@Directive('@key(fields: "id")')
@ObjectType('FreshdeskTicket', { implements: [Node, Record, Ticket], simpleResolvers: true })
export class FreshdeskTicket {
  @Field(() => Boolean, { description: 'Always false of tickets in lists: what is marked as spam is gone from them.' })
  readonly spam!: boolean

  @Field(() => String, { nullable: true, description: 'The account’s own name for `nativeStatus`.' })
  readonly statusLabel!: string | null

  @Field(() => String, { nullable: true, description: 'The account’s own name for `nativePriority`.' })
  readonly priorityLabel!: string | null

  @Field(() => String, { nullable: true, description: 'The account’s own name for `nativeChannel`, its source.' })
  readonly sourceLabel!: string | null

  @Field(() => Boolean, { nullable: true, description: 'Whether the first answer came too late.' })
  readonly firstReplyEscalated!: boolean | null

  @Field(() => [String])
  readonly ccEmails!: readonly string[]

  @Field(() => FreshdeskTicketStats, { nullable: true })
  readonly stats!: FreshdeskTicketStats | null

  @Field(() => FreshdeskSatisfaction, { nullable: true, description: 'The newest.' })
  readonly satisfaction!: FreshdeskSatisfaction | null
}
