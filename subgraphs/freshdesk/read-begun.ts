import { z } from 'zod'
import type { AccountClient } from '../../kit/account-client.ts'
import { gone } from '../../kit/gone.ts'
import type { BeginningLook, Begun } from '../../kit/looking.ts'
import { readWire } from '../../kit/read-wire.ts'
import { wireId, wireReference, wireTime } from '../../kit/wire.ts'
import type { Change } from '../../store/change.ts'
import { MAX_ROWS, readAllRows } from './lists.ts'
import { readTicket } from './read-ticket.ts'
import { SOURCE } from './words.ts'
import { PROVIDER } from './wire.ts'

const NAME = 'tickets'

const wireBegun = z.looseObject({ id: wireId, requester_id: wireReference, created_at: wireTime, source: z.number() })
type BegunWire = z.output<typeof wireBegun>

/** Those of a list that changed since, page by page. */
async function readList(
  client: AccountClient,
  narrowed: Readonly<Record<string, string>>,
  since: Date,
): Promise<readonly BegunWire[]> {
  const query = { ...narrowed, updated_since: since.toISOString(), order_type: 'asc', per_page: MAX_ROWS }
  const rows = await readAllRows(client, { path: '/tickets', query, stream: NAME }, new AbortController().signal)
  return rows.map((row) => readWire(wireBegun, row, { provider: PROVIDER, stream: NAME }))
}

/** What our calls make is told by its source: an outbound email, or what has none of its own. */
const sourceOf = (action: Begun['action']): number =>
  action === 'messageContact' ? SOURCE.outboundEmail : SOURCE.portal

/** Tickets that were begun with a requester since; those that are spam or in the trash by now as deletions, as far as we may have made them. */
async function readBegun(client: AccountClient, begun: Begun): Promise<readonly Change[]> {
  const { action, contactRemoteId, since } = begun
  const isBegun = ({ created_at, requester_id }: BegunWire): boolean =>
    requester_id === contactRemoteId && created_at !== null && created_at >= since
  const changes: Change[] = []
  for (const { id } of (await readList(client, { requester_id: contactRemoteId }, since)).filter(isBegun)) {
    changes.push(...(await readTicket(client, id)))
  }
  for (const filter of ['deleted', 'spam']) {
    const away = (await readList(client, { filter }, since)).filter(isBegun)
    changes.push(...away.filter(({ source }) => source === sourceOf(action)).map(({ id }) => gone('ticket', id)))
  }
  return changes
}

/**
 * How new tickets are looked for: in the lists of tickets, which show those that went to the trash meanwhile, too. Freshdesk
 * says of its search that it is a few minutes late, and of the lists nothing; they are given as long. Source: Freshdesk API
 * v2, "List All Tickets" and "Filter Tickets", read 2026-11-29.
 */
export const beginning: BeginningLook = { certainAfterMs: 300_000, read: readBegun }
