import type { Stream } from '../../kit/contract.ts'
import { readEach, sift } from '../../kit/read-each.ts'
import { idOf, type Received } from '../../kit/wire.ts'
import { recordsIn } from './pages.ts'
import { readExport } from './read-export.ts'
import { BESIDE, readTicket, readWhole, toBeside } from './read-ticket.ts'
import { receive } from './wire.ts'
import { type TicketWire, wireTicket } from './wire-tickets.ts'

const NAME = 'tickets'

/** Each needs a call of its own, so a page is what a stopped run may have to do again. */
const EXPORT = { name: NAME, path: '/api/v2/incremental/tickets/cursor', perPage: 100, include: BESIDE } as const

/** Tickets whose history is read at the same time. */
const AT_ONCE = 8

/**
 * Tickets with all that was said and done on them. The export names each once for every change, those that only the
 * system made too, and those that were deleted.
 */
export const tickets: Stream = {
  name: NAME,
  kind: 'ticket',
  everyMs: 60_000,
  async read(client, cursor, context) {
    const { signal } = context
    const { answer, ...page } = await readExport(client, EXPORT, { cursor, signal })
    const beside = toBeside(answer.body)
    const records = recordsIn(answer.body, NAME, NAME)
    const sifted = sift(records, idOf, (record) => receive(wireTicket, record, NAME))
    const options = { limit: AT_ONCE, signal, remoteIdOf: ({ wire }: Received<TicketWire>) => wire.id }
    const read = await readEach(sifted.good, options, (ticket, within) =>
      readWhole(client, ticket, { beside, signal: within }),
    )
    return { ...page, changes: read.changes, failed: [...sifted.failed, ...read.failed], total: null }
  },
  readOne: (client, remoteId, context) => readTicket(client, remoteId, context.signal),
}
