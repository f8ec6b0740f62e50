import type { ConversationRow, TicketRow } from '../../../store/kinds.ts'
import type { Filter, Page } from '../../../store/read.ts'
import type { SubgraphContext } from '../../context.ts'
import { type ConversationFilter, type TicketFilter, within } from '../filters.ts'
import { type PageArgs, toPageRequest } from '../page.ts'

const NEWEST = { field: 'updatedAt', direction: 'DESC' } as const

/** A page of the conversations that belong to something, newest change first. */
export function conversationsOf(
  context: SubgraphContext,
  page: PageArgs,
  filter: ConversationFilter | null,
  owner: Filter,
): Promise<Page<ConversationRow>> {
  return context.reader.list('conversation', {
    ...toPageRequest(page),
    filter: within(filter, owner),
    orderBy: NEWEST,
  })
}

/** A page of the tickets that belong to something, newest change first. */
export function ticketsOf(
  context: SubgraphContext,
  page: PageArgs,
  filter: TicketFilter | null,
  owner: Filter,
): Promise<Page<TicketRow>> {
  return context.reader.list('ticket', {
    ...toPageRequest(page),
    filter: within(filter, owner),
    orderBy: NEWEST,
  })
}
