import { FieldResolver, Float, Int, Resolver, Root } from 'type-graphql'
import { fromUnixSeconds } from '../../../kit/time.ts'
import type { AgentRow, CompanyRow, ContactRow, ConversationRow, TeamRow, TicketRow } from '../../../store/kinds.ts'
import { booleanAt, numberAt, objectAt, textAt } from '../../native.ts'
import {
  IntercomAgent,
  IntercomCompany,
  IntercomContact,
  IntercomConversation,
  IntercomConversationStatistics,
  IntercomTeam,
  IntercomTicket,
} from '../types.ts'

@Resolver(() => IntercomAgent)
export class IntercomAgentResolver {
  @FieldResolver(() => String, { nullable: true })
  jobTitle(@Root() row: AgentRow): string | null {
    return textAt(row.native, 'job_title')
  }

  @FieldResolver(() => Boolean, { nullable: true })
  awayModeEnabled(@Root() row: AgentRow): boolean | null {
    return booleanAt(row.native, 'away_mode_enabled')
  }

  @FieldResolver(() => Boolean, { nullable: true })
  hasInboxSeat(@Root() row: AgentRow): boolean | null {
    return booleanAt(row.native, 'has_inbox_seat')
  }
}

@Resolver(() => IntercomTeam)
export class IntercomTeamResolver {
  @FieldResolver(() => String, { nullable: true })
  distributionMethod(@Root() row: TeamRow): string | null {
    return textAt(row.native, 'distribution_method')
  }
}

@Resolver(() => IntercomCompany)
export class IntercomCompanyResolver {
  @FieldResolver(() => Float, { nullable: true })
  monthlySpend(@Root() row: CompanyRow): number | null {
    return numberAt(row.native, 'monthly_spend')
  }

  @FieldResolver(() => Int, { nullable: true })
  sessionCount(@Root() row: CompanyRow): number | null {
    return numberAt(row.native, 'session_count')
  }

  @FieldResolver(() => Int, { nullable: true })
  userCount(@Root() row: CompanyRow): number | null {
    return numberAt(row.native, 'user_count')
  }
}

@Resolver(() => IntercomContact)
export class IntercomContactResolver {
  @FieldResolver(() => String, { nullable: true })
  nativeRole(@Root() row: ContactRow): string | null {
    return textAt(row.native, 'role')
  }

  @FieldResolver(() => String, { nullable: true })
  city(@Root() row: ContactRow): string | null {
    return textAt(row.native, 'location', 'city')
  }

  @FieldResolver(() => String, { nullable: true })
  country(@Root() row: ContactRow): string | null {
    return textAt(row.native, 'location', 'country')
  }

  @FieldResolver(() => String, { nullable: true })
  language(@Root() row: ContactRow): string | null {
    return textAt(row.native, 'browser_language')
  }

  @FieldResolver(() => Boolean, { nullable: true })
  unsubscribedFromEmails(@Root() row: ContactRow): boolean | null {
    return booleanAt(row.native, 'unsubscribed_from_emails')
  }
}

@Resolver(() => IntercomConversation)
export class IntercomConversationResolver {
  @FieldResolver(() => String, { nullable: true })
  deliveredAs(@Root() row: ConversationRow): string | null {
    return textAt(row.native, 'source', 'delivered_as')
  }

  @FieldResolver(() => Boolean, { nullable: true })
  aiAgentParticipated(@Root() row: ConversationRow): boolean | null {
    return booleanAt(row.native, 'ai_agent_participated')
  }

  @FieldResolver(() => IntercomConversationStatistics, { nullable: true })
  statistics(@Root() row: ConversationRow): IntercomConversationStatistics | null {
    const counted = objectAt(row.native, 'statistics')
    if (counted === null) return null
    const number = (name: string): number | null => numberAt(counted, name)
    const date = (name: string): Date | null => fromUnixSeconds(numberAt(counted, name))
    return {
      timeToAssignmentSeconds: number('time_to_assignment'),
      timeToAdminReplySeconds: number('time_to_admin_reply'),
      timeToFirstCloseSeconds: number('time_to_first_close'),
      timeToLastCloseSeconds: number('time_to_last_close'),
      medianTimeToReplySeconds: number('median_time_to_reply'),
      firstContactReplyAt: date('first_contact_reply_at'),
      firstAdminReplyAt: date('first_admin_reply_at'),
      lastClosedAt: date('last_close_at'),
      reopens: number('count_reopens'),
      assignments: number('count_assignments'),
      parts: number('count_conversation_parts'),
    }
  }
}

@Resolver(() => IntercomTicket)
export class IntercomTicketResolver {
  @FieldResolver(() => String, { nullable: true })
  category(@Root() row: TicketRow): string | null {
    return textAt(row.native, 'category')
  }

  @FieldResolver(() => String, { nullable: true })
  stateLabel(@Root() row: TicketRow): string | null {
    return textAt(row.native, 'ticket_state', 'internal_label')
  }

  @FieldResolver(() => String, { nullable: true })
  customerStateLabel(@Root() row: TicketRow): string | null {
    return textAt(row.native, 'ticket_state', 'external_label')
  }

  @FieldResolver(() => Boolean, { nullable: true })
  shared(@Root() row: TicketRow): boolean | null {
    return booleanAt(row.native, 'is_shared')
  }
}
