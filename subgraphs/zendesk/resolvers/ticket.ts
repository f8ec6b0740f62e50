import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql'
import { definitionRemoteId } from '../../../store/definition-id.ts'
import { rowId } from '../../../store/id.ts'
import type { DefinitionRow, Json, TicketRow } from '../../../store/kinds.ts'
import type { SubgraphContext } from '../../context.ts'
import { booleanAt, numberAt, objectAt, textAt } from '../../native.ts'
import { toBrand, toCustomStatus, toForm } from '../definitions.ts'
import { ZendeskBrand, ZendeskCustomStatus, ZendeskForm } from '../types-definitions.ts'
import { ZendeskSatisfaction, ZendeskTicket, ZendeskTicketMetrics } from '../types.ts'

/** An id inside a native record: Zendesk's are numbers. */
const idAt = (native: Json, name: string): string | null => numberAt(native, name)?.toString() ?? null

/** What the account defined and a ticket names; null while it names none, or it is not stored. */
async function definitionOf(
  context: SubgraphContext,
  row: TicketRow,
  { type, name }: { readonly type: 'BRAND' | 'FORM' | 'STATUS'; readonly name: string },
): Promise<DefinitionRow | null> {
  const id = idAt(row.native, name)
  if (id === null) return null
  return context.reader.byId('definition', rowId(row.integrationId, 'definition', definitionRemoteId(type, id)))
}

@Resolver(() => ZendeskTicket)
export class ZendeskTicketResolver {
  @FieldResolver(() => String, { nullable: true })
  viaChannel(@Root() row: TicketRow): string | null {
    return textAt(row.native, 'via', 'channel')
  }

  @FieldResolver(() => String, { nullable: true })
  externalId(@Root() row: TicketRow): string | null {
    return textAt(row.native, 'external_id')
  }

  @FieldResolver(() => ZendeskCustomStatus, { nullable: true })
  async customStatus(@Root() row: TicketRow, @Ctx() context: SubgraphContext): Promise<ZendeskCustomStatus | null> {
    const status = await definitionOf(context, row, { type: 'STATUS', name: 'custom_status_id' })
    return status && toCustomStatus(status)
  }

  @FieldResolver(() => ZendeskBrand, { nullable: true })
  async brand(@Root() row: TicketRow, @Ctx() context: SubgraphContext): Promise<ZendeskBrand | null> {
    const brand = await definitionOf(context, row, { type: 'BRAND', name: 'brand_id' })
    return brand && toBrand(brand)
  }

  @FieldResolver(() => ZendeskForm, { nullable: true })
  async form(@Root() row: TicketRow, @Ctx() context: SubgraphContext): Promise<ZendeskForm | null> {
    const form = await definitionOf(context, row, { type: 'FORM', name: 'ticket_form_id' })
    return form && toForm(form)
  }

  @FieldResolver(() => ZendeskTicket, { nullable: true })
  async problem(@Root() row: TicketRow, @Ctx() context: SubgraphContext): Promise<TicketRow | null> {
    const id = idAt(row.native, 'problem_id')
    return id === null ? null : context.reader.byId('ticket', rowId(row.integrationId, 'ticket', id))
  }

  @FieldResolver(() => Boolean, { nullable: true })
  hasIncidents(@Root() row: TicketRow): boolean | null {
    return booleanAt(row.native, 'has_incidents')
  }

  @FieldResolver(() => Boolean, { nullable: true })
  isPublic(@Root() row: TicketRow): boolean | null {
    return booleanAt(row.native, 'is_public')
  }

  @FieldResolver(() => ZendeskSatisfaction, { nullable: true })
  satisfactionRating(@Root() row: TicketRow): ZendeskSatisfaction | null {
    const score = textAt(row.native, 'satisfaction_rating', 'score')
    if (score === null) return null
    const [comment, reason] = ['comment', 'reason'].map((name) => textAt(row.native, 'satisfaction_rating', name))
    return { score, comment: comment || null, reason: reason || null }
  }

  @FieldResolver(() => ZendeskTicketMetrics, { nullable: true })
  metrics(@Root() row: TicketRow): ZendeskTicketMetrics | null {
    const counted = objectAt(row.native, 'metric_set')
    if (counted === null) return null
    const number = (name: string): number | null => numberAt(counted, name)
    const minutes = (name: string, of = 'calendar'): number | null => numberAt(counted, `${name}_time_in_minutes`, of)
    const date = (name: string): Date | null => {
      const text = textAt(counted, name)
      return text === null ? null : new Date(text)
    }
    return {
      replies: number('replies'),
      reopens: number('reopens'),
      groupStations: number('group_stations'),
      assigneeStations: number('assignee_stations'),
      firstReplyMinutes: minutes('reply'),
      firstReplyBusinessMinutes: minutes('reply', 'business'),
      firstResolutionMinutes: minutes('first_resolution'),
      fullResolutionMinutes: minutes('full_resolution'),
      agentWaitMinutes: minutes('agent_wait'),
      requesterWaitMinutes: minutes('requester_wait'),
      onHoldMinutes: minutes('on_hold'),
      assignedAt: date('assigned_at'),
      solvedAt: date('solved_at'),
      latestCommentAt: date('latest_comment_added_at'),
    }
  }
}
