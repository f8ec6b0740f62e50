import { Ctx, FieldResolver, Int, Resolver, Root } from 'type-graphql'
import { definitionRemoteId, fieldRemoteId } from '../../../store/definition-id.ts'
import { rowId } from '../../../store/id.ts'
import type { AgentRow, DefinitionRow, TicketRow, TimeEntryRow } from '../../../store/kinds.ts'
import type { SubgraphContext } from '../../context.ts'
import { Agent } from '../../interfaces/agent.ts'
import { one } from '../../interfaces/resolvers/references.ts'
import { Ticket } from '../../interfaces/ticket.ts'
import { booleanAt, numberAt, objectAt } from '../../native.ts'
import { FreshdeskSatisfaction, FreshdeskTicket, FreshdeskTicketStats } from '../types.ts'
import { FreshdeskProduct, FreshdeskTimeEntry } from '../types-definitions.ts'
import { toProduct } from './definitions.ts'
import { dateAt, textsAt } from './native.ts'

/** Most time entries that one ticket tells. */
const MOST_ENTRIES = 100

@Resolver(() => FreshdeskTicket)
export class FreshdeskTicketResolver {
  @FieldResolver(() => Boolean)
  spam(@Root() row: TicketRow): boolean {
    return booleanAt(row.native, 'spam') === true
  }

  @FieldResolver(() => String, { nullable: true })
  statusLabel(@Root() row: TicketRow, @Ctx() context: SubgraphContext): Promise<string | null> {
    return labelOf(context, row, { field: 'status', value: row.nativeStatus })
  }

  @FieldResolver(() => String, { nullable: true })
  priorityLabel(@Root() row: TicketRow, @Ctx() context: SubgraphContext): Promise<string | null> {
    return labelOf(context, row, { field: 'priority', value: row.nativePriority })
  }

  @FieldResolver(() => String, { nullable: true })
  sourceLabel(@Root() row: TicketRow, @Ctx() context: SubgraphContext): Promise<string | null> {
    return labelOf(context, row, { field: 'source', value: row.nativeChannel })
  }

  @FieldResolver(() => Boolean, { nullable: true })
  firstReplyEscalated(@Root() row: TicketRow): boolean | null {
    return booleanAt(row.native, 'fr_escalated')
  }

  @FieldResolver(() => [String])
  ccEmails(@Root() row: TicketRow): readonly string[] {
    return textsAt(row.native, 'cc_emails')
  }

  @FieldResolver(() => FreshdeskProduct, { nullable: true })
  async product(@Root() row: TicketRow, @Ctx() context: SubgraphContext): Promise<FreshdeskProduct | null> {
    const id = numberAt(row.native, 'product_id')
    const product = id === null ? null : await definition(context, row, definitionRemoteId('PRODUCT', String(id)))
    return product && toProduct(product)
  }

  @FieldResolver(() => FreshdeskTicketStats, { nullable: true })
  stats(@Root() row: TicketRow): FreshdeskTicketStats | null {
    const counted = objectAt(row.native, 'stats')
    if (counted === null) return null
    return {
      firstRespondedAt: dateAt(counted, 'first_responded_at'),
      agentRespondedAt: dateAt(counted, 'agent_responded_at'),
      requesterRespondedAt: dateAt(counted, 'requester_responded_at'),
      pendingSince: dateAt(counted, 'pending_since'),
      reopenedAt: dateAt(counted, 'reopened_at'),
      resolvedAt: dateAt(counted, 'resolved_at'),
      closedAt: dateAt(counted, 'closed_at'),
    }
  }

  @FieldResolver(() => FreshdeskSatisfaction, { nullable: true })
  async satisfaction(@Root() row: TicketRow, @Ctx() context: SubgraphContext): Promise<FreshdeskSatisfaction | null> {
    const rating = await context.reader.ratingOf({ kind: 'ticket', id: row.id })
    if (rating === null) return null
    const { score, nativeScore, remark, createdAt } = rating
    return { score, nativeScore, feedback: remark, createdAt }
  }

  @FieldResolver(() => [FreshdeskTimeEntry], { description: `Oldest first; ${MOST_ENTRIES} at most.` })
  async timeEntries(@Root() row: TicketRow, @Ctx() context: SubgraphContext): Promise<readonly TimeEntryRow[]> {
    const page = await context.reader.list('timeEntry', { filter: { ticketId: row.id }, first: MOST_ENTRIES })
    return page.rows
  }
}

function definition(context: SubgraphContext, row: TicketRow, remoteId: string): Promise<DefinitionRow | null> {
  return context.reader.byId('definition', rowId(row.integrationId, 'definition', remoteId))
}

/** What the account calls a number of a ticket; null while its fields are not read, or for one that they do not name. */
async function labelOf(
  context: SubgraphContext,
  row: TicketRow,
  { field, value }: { readonly field: string; readonly value: string | null },
): Promise<string | null> {
  const defined = await definition(context, row, fieldRemoteId('ticket', field))
  return defined?.options.find((option) => option.value === value)?.label ?? null
}

@Resolver(() => FreshdeskTimeEntry)
export class FreshdeskTimeEntryResolver {
  @FieldResolver(() => Int)
  seconds(@Root() row: TimeEntryRow): number {
    return Math.round(row.seconds)
  }

  @FieldResolver(() => Agent, { nullable: true })
  agent(@Root() row: TimeEntryRow, @Ctx() context: SubgraphContext): Promise<AgentRow | null> {
    return one(context, 'agent', row.agentId)
  }

  @FieldResolver(() => Ticket, { nullable: true })
  ticket(@Root() row: TimeEntryRow, @Ctx() context: SubgraphContext): Promise<TicketRow | null> {
    return one(context, 'ticket', row.ticketId)
  }
}
