import { FieldResolver, Resolver, Root } from 'type-graphql'
import type { AgentRow, CompanyRow, ContactRow, TeamRow } from '../../../store/kinds.ts'
import { booleanAt, textAt, textsAt } from '../../native.ts'
import { ZendeskAgent, ZendeskCompany, ZendeskContact, ZendeskTeam } from '../types.ts'

@Resolver(() => ZendeskAgent)
export class ZendeskAgentResolver {
  @FieldResolver(() => String, { nullable: true })
  nativeRole(@Root() row: AgentRow): string | null {
    return textAt(row.native, 'role')
  }

  @FieldResolver(() => Boolean, { nullable: true })
  suspended(@Root() row: AgentRow): boolean | null {
    return booleanAt(row.native, 'suspended')
  }

  @FieldResolver(() => String, { nullable: true })
  alias(@Root() row: AgentRow): string | null {
    return textAt(row.native, 'alias')
  }

  @FieldResolver(() => String, { nullable: true })
  ticketRestriction(@Root() row: AgentRow): string | null {
    return textAt(row.native, 'ticket_restriction')
  }
}

@Resolver(() => ZendeskTeam)
export class ZendeskTeamResolver {
  @FieldResolver(() => String, { nullable: true })
  description(@Root() row: TeamRow): string | null {
    return textAt(row.native, 'description')
  }

  @FieldResolver(() => Boolean, { nullable: true })
  isPublic(@Root() row: TeamRow): boolean | null {
    return booleanAt(row.native, 'is_public')
  }
}

@Resolver(() => ZendeskCompany)
export class ZendeskCompanyResolver {
  @FieldResolver(() => [String])
  domainNames(@Root() row: CompanyRow): readonly string[] {
    return textsAt(row.native, 'domain_names')
  }

  @FieldResolver(() => String, { nullable: true })
  details(@Root() row: CompanyRow): string | null {
    return textAt(row.native, 'details')
  }

  @FieldResolver(() => String, { nullable: true })
  notes(@Root() row: CompanyRow): string | null {
    return textAt(row.native, 'notes')
  }

  @FieldResolver(() => Boolean, { nullable: true })
  sharedTickets(@Root() row: CompanyRow): boolean | null {
    return booleanAt(row.native, 'shared_tickets')
  }
}

@Resolver(() => ZendeskContact)
export class ZendeskContactResolver {
  @FieldResolver(() => String, { nullable: true })
  nativeRole(@Root() row: ContactRow): string | null {
    return textAt(row.native, 'role')
  }

  @FieldResolver(() => Boolean, { nullable: true })
  verified(@Root() row: ContactRow): boolean | null {
    return booleanAt(row.native, 'verified')
  }

  @FieldResolver(() => String, { nullable: true })
  locale(@Root() row: ContactRow): string | null {
    return textAt(row.native, 'locale')
  }

  @FieldResolver(() => String, { nullable: true })
  timeZone(@Root() row: ContactRow): string | null {
    return textAt(row.native, 'iana_time_zone')
  }

  @FieldResolver(() => String, { nullable: true })
  details(@Root() row: ContactRow): string | null {
    return textAt(row.native, 'details')
  }

  @FieldResolver(() => String, { nullable: true })
  notes(@Root() row: ContactRow): string | null {
    return textAt(row.native, 'notes')
  }
}
