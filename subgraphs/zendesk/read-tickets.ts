import { z } from 'zod'
import { withOdd } from '../../kit/audit.ts'
import type { Audit, Listed, Stream } from '../../kit/contract.ts'
import { readEach, sift } from '../../kit/read-each.ts'
import { idOf, type Received, wireId, wireText, wireUnixTime } from '../../kit/wire.ts'
import { ticketCounter } from './counters.ts'
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

/** As many as an export gives, since each is but looked at. Source: "Using the Incremental Exports API". */
const AUDIT_EXPORT = { ...EXPORT, perPage: 1000, include: null } as const

const wireListed = z.looseObject({ id: wireId, status: wireText, generated_timestamp: wireUnixTime })

/** Audits go by the export from its beginning, which tells of archived tickets, too. */
const audit: Audit = {
  method: 'FULL_PASS',
  everyMs: 24 * 3_600_000,
  async list(client, cursor, { signal }) {
    const { answer, ...page } = await readExport(client, AUDIT_EXPORT, { cursor, signal })
    const { good, failed } = sift(recordsIn(answer.body, NAME, NAME), idOf, (record) =>
      receive(wireListed, record, NAME),
    )
    const found = good.flatMap(({ wire }): Listed[] => {
      const { id: remoteId, status, generated_timestamp: version } = wire
      return status === 'deleted' ? [] : [{ remoteId, version, changes: null }]
    })
    return { ...page, ...withOdd(found, failed), total: null }
  },
}

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
  audit,
  counter: ticketCounter,
}
