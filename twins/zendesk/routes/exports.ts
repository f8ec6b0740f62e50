import { json } from '../../exchange.ts'
import type { TwinReply } from '../../exchange.ts'
import { badQuery, refusal } from '../errors.ts'
import { renderOrganization, renderUser } from '../render/people.ts'
import { metricEventsOf, ticketEventsOf } from '../render/ticket-events.ts'
import { renderTicket } from '../render/ticket.ts'
import type { ApiCall, Routes } from './call.ts'
import { address, wholeNumber } from './paging.ts'
import { besideTickets, besideUsers } from './sideloads.ts'

/** Rows of a page of an export, unless told, and at most. Source: the reference's "Incremental Exports". */
const maxRows = 1_000

/** What changed a moment ago is not exported yet, and an export cannot begin so late. Source: the same page. */
const youngestSeconds = 60

/** Something exported: it stands where its last change puts it. */
interface Exported {
  readonly id: number
  /** In seconds. */
  readonly generated: number
}

interface Export<Row extends Exported> {
  readonly name: string
  readonly rows: (call: ApiCall) => Iterable<Row>
  readonly render: (call: ApiCall, row: Row) => unknown
  readonly beside?: (call: ApiCall, rows: readonly Row[]) => Record<string, unknown>
}

const tickets: Export<Exported & { readonly id: number }> = {
  name: 'tickets',
  rows: ({ world }) => world.tickets.values(),
  render: ({ world, base }, { id }) => {
    const ticket = world.tickets.get(id)
    return ticket ? renderTicket(world, ticket, base) : null
  },
  beside: (call, rows) =>
    besideTickets(call)(
      rows.flatMap(({ id }) => {
        const ticket = call.world.tickets.get(id)
        return ticket ? [ticket] : []
      }),
    ),
}

/** Exports for admins: by cursor, which end, and by time, which may not. */
export const exportRoutes: Routes = {
  'GET /incremental/tickets/cursor': byCursor('tickets', tickets),
  'GET /incremental/users/cursor': byCursor('users', {
    name: 'users',
    rows: ({ world }) => world.users.values(),
    render: ({ base }, user) => renderUser(user, base),
    beside: (call, users) => besideUsers(call)(users),
  }),
  'GET /incremental/tickets': byTime('tickets', tickets),
  'GET /incremental/users': byTime('users', {
    name: 'users',
    rows: ({ world }) => world.users.values(),
    render: ({ base }, user) => renderUser(user, base),
    beside: (call, users) => besideUsers(call)(users),
  }),
  'GET /incremental/organizations': byTime('organizations', {
    name: 'organizations',
    rows: ({ world }) => world.organizations.values(),
    render: ({ base }, organization) => renderOrganization(organization, base),
  }),
  'GET /incremental/ticket_events': byTime('tickets', {
    name: 'ticket_events',
    rows: ({ world, query }) => ticketEventsOf(world, (query.get('include') ?? '').includes('comment_events')),
    render: (_call, { generated: _generated, ...event }) => event,
  }),
  'GET /incremental/ticket_metric_events': byTime('tickets', {
    name: 'ticket_metric_events',
    rows: ({ world }) => metricEventsOf(world),
    render: (_call, { generated: _generated, ...event }) => event,
  }),
}

function byCursor<Row extends Exported>(resource: string, of: Export<Row>): Routes[string] {
  return {
    needs: 'admin',
    resource,
    limited: 'export',
    answer(call) {
      const cursor = call.query.get('cursor')
      const from = cursor === null ? { generated: startOf(call) - 1, id: Number.MAX_SAFE_INTEGER } : placeIn(cursor)
      const after = ({ generated, id }: Row): boolean =>
        generated > from.generated || (generated === from.generated && id > from.id)
      const { shown, isEnd } = page(call, of, after)
      const last = shown.at(-1)
      const afterCursor = last ? cursorAt(last) : cursor
      return json({
        [of.name]: shown.map((row) => of.render(call, row)),
        ...of.beside?.(call, shown),
        after_url: afterCursor === null ? null : address(call, { cursor: afterCursor, start_time: null }),
        before_url: null,
        after_cursor: afterCursor,
        before_cursor: null,
        end_of_stream: isEnd,
      })
    },
  }
}

/**
 * By time. The next page begins at the second in which this one ended, so rows come twice; and when more rows than a
 * page holds share one second, the next page is this page, for ever.
 */
function byTime<Row extends Exported>(resource: string, of: Export<Row>): Routes[string] {
  return {
    needs: 'admin',
    resource,
    limited: 'export',
    answer(call): TwinReply {
      const start = startOf(call)
      const { shown, isEnd } = page(call, of, ({ generated }) => generated >= start)
      const end = shown.at(-1)?.generated ?? null
      return json({
        [of.name]: shown.map((row) => of.render(call, row)),
        ...of.beside?.(call, shown),
        count: shown.length,
        end_time: end,
        next_page: end === null ? null : address(call, { start_time: String(end) }),
        end_of_stream: isEnd,
      })
    },
  }
}

function page<Row extends Exported>(call: ApiCall, of: Export<Row>, isIn: (row: Row) => boolean) {
  const size = Math.min(maxRows, wholeNumber(call, 'per_page', maxRows))
  const youngest = call.world.clock.seconds() - youngestSeconds
  const rows = [...of.rows(call)]
    .filter((row) => row.generated <= youngest && isIn(row))
    .toSorted((left, right) => left.generated - right.generated || left.id - right.id)
  return { shown: rows.slice(0, size), isEnd: rows.length <= size }
}

/** @throws 400 none; 422 too late */
function startOf(call: ApiCall): number {
  const raw = call.query.get('start_time')
  if (raw === null || !/^\d+$/.test(raw)) throw badQuery('InvalidValue', 'start_time is required, in seconds')
  if (Number(raw) > call.world.clock.seconds() - youngestSeconds) {
    throw refusal(422, 'InvalidValue', 'Too recent start_time. Use a start_time older than 60 seconds')
  }
  return Number(raw)
}

function cursorAt({ generated, id }: Exported): string {
  return Buffer.from(`${generated}.0||${id}`).toString('base64')
}

/** @throws 400 a cursor that is none */
function placeIn(cursor: string): Exported {
  const [, generated, id] = /^(\d+)\.0\|\|(\d+)$/.exec(Buffer.from(cursor, 'base64').toString('utf8')) ?? []
  if (generated === undefined || id === undefined) throw badQuery('InvalidValue', 'cursor is not valid')
  return { generated: Number(generated), id: Number(id) }
}
