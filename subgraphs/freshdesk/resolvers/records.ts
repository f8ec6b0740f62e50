import { FieldResolver, Resolver, Root } from 'type-graphql'
import { GraphQLDateTimeISO } from 'graphql-scalars'
import type { AgentRow, CompanyRow, ContactRow, MessageRow, TeamRow } from '../../../store/kinds.ts'
import { booleanAt, numberAt, textAt } from '../../native.ts'
import { dateAt, textsAt } from './native.ts'
import { FreshdeskAgent, FreshdeskCompany, FreshdeskContact, FreshdeskMessage, FreshdeskTeam } from '../types.ts'

const SCOPES: Readonly<Record<number, string>> = { 1: 'all', 2: 'groups', 3: 'own' }

@Resolver(() => FreshdeskAgent)
export class FreshdeskAgentResolver {
  @FieldResolver(() => String, { nullable: true })
  jobTitle(@Root() row: AgentRow): string | null {
    return textAt(row.native, 'contact', 'job_title')
  }

  @FieldResolver(() => String, { nullable: true })
  agentType(@Root() row: AgentRow): string | null {
    return textAt(row.native, 'type')
  }

  @FieldResolver(() => Boolean, { nullable: true })
  occasional(@Root() row: AgentRow): boolean | null {
    return booleanAt(row.native, 'occasional')
  }

  @FieldResolver(() => GraphQLDateTimeISO, { nullable: true })
  availableSince(@Root() row: AgentRow): Date | null {
    return dateAt(row.native, 'available_since')
  }

  @FieldResolver(() => String, { nullable: true })
  ticketScope(@Root() row: AgentRow): string | null {
    const scope = numberAt(row.native, 'ticket_scope')
    return scope === null ? null : (SCOPES[scope] ?? String(scope))
  }
}

@Resolver(() => FreshdeskTeam)
export class FreshdeskTeamResolver {
  @FieldResolver(() => String, { nullable: true })
  description(@Root() row: TeamRow): string | null {
    return textAt(row.native, 'description')
  }

  @FieldResolver(() => String, { nullable: true })
  unassignedFor(@Root() row: TeamRow): string | null {
    return textAt(row.native, 'unassigned_for')
  }
}

@Resolver(() => FreshdeskCompany)
export class FreshdeskCompanyResolver {
  @FieldResolver(() => String, { nullable: true })
  description(@Root() row: CompanyRow): string | null {
    return textAt(row.native, 'description')
  }

  @FieldResolver(() => [String])
  domains(@Root() row: CompanyRow): readonly string[] {
    return textsAt(row.native, 'domains')
  }

  @FieldResolver(() => String, { nullable: true })
  healthScore(@Root() row: CompanyRow): string | null {
    return textAt(row.native, 'health_score')
  }

  @FieldResolver(() => String, { nullable: true })
  accountTier(@Root() row: CompanyRow): string | null {
    return textAt(row.native, 'account_tier')
  }

  @FieldResolver(() => GraphQLDateTimeISO, { nullable: true })
  renewalAt(@Root() row: CompanyRow): Date | null {
    return dateAt(row.native, 'renewal_date')
  }
}

@Resolver(() => FreshdeskContact)
export class FreshdeskContactResolver {
  @FieldResolver(() => String, { nullable: true })
  jobTitle(@Root() row: ContactRow): string | null {
    return textAt(row.native, 'job_title')
  }

  @FieldResolver(() => String, { nullable: true })
  mobile(@Root() row: ContactRow): string | null {
    return textAt(row.native, 'mobile')
  }

  @FieldResolver(() => String, { nullable: true })
  language(@Root() row: ContactRow): string | null {
    return textAt(row.native, 'language')
  }

  @FieldResolver(() => String, { nullable: true })
  timeZone(@Root() row: ContactRow): string | null {
    return textAt(row.native, 'time_zone')
  }

  @FieldResolver(() => Boolean, { nullable: true })
  verified(@Root() row: ContactRow): boolean | null {
    return booleanAt(row.native, 'active')
  }

  @FieldResolver(() => [String])
  otherEmails(@Root() row: ContactRow): readonly string[] {
    return textsAt(row.native, 'other_emails')
  }
}

@Resolver(() => FreshdeskMessage)
export class FreshdeskMessageResolver {
  @FieldResolver(() => [String])
  toEmails(@Root() row: MessageRow): readonly string[] {
    return textsAt(row.native, 'to_emails')
  }

  @FieldResolver(() => [String])
  ccEmails(@Root() row: MessageRow): readonly string[] {
    return textsAt(row.native, 'cc_emails')
  }
}
