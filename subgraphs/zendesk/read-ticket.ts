import type { AccountClient } from '../../kit/account-client.ts'
import { readOrGone } from '../../kit/gone.ts'
import { sift } from '../../kit/read-each.ts'
import { idOf, type Received } from '../../kit/wire.ts'
import type { Change } from '../../store/change.ts'
import type { People, ReadAudit } from './mapping-messages.ts'
import { fromTicket } from './mapping-tickets.ts'
import { besideIn, readPages, unwrap } from './pages.ts'
import { receive, type UserWire, wireUser } from './wire.ts'
import {
  type LogEventWire,
  type MetricsWire,
  type TicketWire,
  wireAudit,
  wireAuditEvent,
  wireLogEvent,
  wireMetrics,
  wireTicket,
} from './wire-tickets.ts'

const NAME = 'tickets'

/** What is asked for beside tickets. */
export const BESIDE = 'users,metric_sets'

/** The path of a ticket. */
export const ticketPath = (remoteId: string): string => `/api/v2/tickets/${encodeURIComponent(remoteId)}`

/** What stands beside tickets, or beside what was said on one. */
export interface Beside {
  readonly people: People
  /** By ticket. */
  readonly metrics: ReadonlyMap<string, Received<MetricsWire>>
}

/** One that cannot be read is left out: it is no record of this list, and its own stream tells of it. */
const toPeople = (records: readonly unknown[]): ReadonlyMap<string, Received<UserWire>> =>
  new Map(sift(records, idOf, (record) => receive(wireUser, record, 'users')).good.map((each) => [each.wire.id, each]))

/** Reads what stands beside tickets in an answer. */
export function toBeside(body: unknown): Beside {
  const metrics = sift(besideIn(body, 'metric_sets'), idOf, (record) => receive(wireMetrics, record, 'metric sets'))
  return {
    people: toPeople(besideIn(body, 'users')),
    metrics: new Map(metrics.good.map((each) => [each.wire.ticket_id, each])),
  }
}

/** An audit as it came, with its events. */
export function toReadAudit(record: unknown): ReadAudit {
  const audit = receive(wireAudit, record, 'audits')
  const events = (audit.wire.events ?? []).map((event) => receive(wireAuditEvent, event, 'audits'))
  return { audit, events }
}

async function readLog(
  client: AccountClient,
  path: string,
  signal: AbortSignal | undefined,
): Promise<readonly Received<LogEventWire>[]> {
  const { records } = await readPages(client, { path: `${path}/conversation_log`, name: 'events' }, signal)
  return records.map((record) => receive(wireLogEvent, record, 'conversation log'))
}

/**
 * All that belongs to a ticket that is at hand.
 *
 * Audits tell both what was said and what became of it. People stand beside them, which is what says whether staff or a
 * customer wrote (seen in Zendesk's own apps; the reference's list of sideloads is not at hand).
 */
export async function readWhole(
  client: AccountClient,
  ticket: Received<TicketWire>,
  { beside, signal }: { readonly beside: Beside; readonly signal: AbortSignal | undefined },
): Promise<readonly Change[]> {
  const { wire } = ticket
  const metrics = beside.metrics.get(wire.id) ?? null
  if (wire.status === 'deleted') return fromTicket({ ticket, people: beside.people, metrics, audits: [], log: null })
  const path = ticketPath(wire.id)
  const list = { path: `${path}/audits`, name: 'audits', beside: 'users', query: { include: 'users' } }
  const audits = await readPages(client, list, signal)
  const log = wire.from_messaging_channel === true ? await readLog(client, path, signal) : null
  return fromTicket({
    ticket,
    people: new Map([...beside.people, ...toPeople(audits.beside)]),
    metrics,
    audits: audits.records.map(toReadAudit),
    log,
  })
}

/** One ticket with all that belongs to it; a deletion when it is gone. */
export function readTicket(client: AccountClient, remoteId: string, signal?: AbortSignal): Promise<readonly Change[]> {
  return readOrGone('ticket', remoteId, async () => {
    const path = ticketPath(remoteId)
    const answer = await client.request({ method: 'GET', path, query: { include: BESIDE }, signal })
    const ticket = receive(wireTicket, unwrap(answer.body, 'ticket'), NAME)
    return readWhole(client, ticket, { beside: toBeside(answer.body), signal })
  })
}
