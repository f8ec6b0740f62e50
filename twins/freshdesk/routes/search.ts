import { json } from '../../exchange.ts'
import type { TwinReply } from '../../exchange.ts'
import { sees } from '../access.ts'
import { invalidValue, missingField } from '../errors.ts'
import { renderCompany, renderListedContact } from '../render/people.ts'
import { renderListed } from '../render/ticket.ts'
import { seenBySearch } from '../../index-lag.ts'
import { companyRow, contactRow, ticketRow } from '../search/indexing.ts'
import type { IndexedRow } from '../../index-lag.ts'
import { checkQuery, matches, searchFields } from '../search/match.ts'
import { parseQuery } from '../search/query.ts'
import type { Searched } from '../world.ts'
import { numberOf } from './call.ts'
import type { ApiCall, Routes } from './call.ts'

/** Rows of a page and pages of a search. Source: the provider's notes. */
const rowsOfPage = 30
const lastPage = 10

/** Searches. They are behind by the account's lag, and reach no further than 300 rows. */
export const searchRoutes: Routes = {
  'GET /search/tickets': {
    needs: 'view_tickets',
    query: ['query', 'page'],
    answer: (call) =>
      search(call, 'tickets', {
        rows: [...call.world.tickets.values()].filter((ticket) => sees(call.caller, ticket)),
        index: ticketRow,
        render: (ticket) => renderListed(call.world, ticket),
      }),
  },
  'GET /search/contacts': {
    needs: 'manage_contacts',
    query: ['query', 'page'],
    answer: (call) =>
      search(call, 'contacts', {
        rows: [...call.world.contacts.values()],
        index: contactRow,
        render: renderListedContact,
      }),
  },
  'GET /search/companies': {
    needs: 'manage_companies',
    query: ['query', 'page'],
    answer: (call) =>
      search(call, 'companies', {
        rows: [...call.world.companies.values()],
        index: companyRow,
        render: (company) => renderCompany(call.world, company),
      }),
  },
}

interface Subject<Row> {
  readonly rows: readonly Row[]
  readonly index: (row: Row) => IndexedRow
  readonly render: (row: Row) => unknown
}

function search<Row extends { readonly id: number; readonly created_at: string }>(
  call: ApiCall,
  kind: Searched,
  subject: Subject<Row>,
): TwinReply {
  const raw = call.query.get('query')
  if (raw === null || raw === '') throw missingField('query')
  const fields = searchFields(call.world.account, kind)
  const query = parseQuery(raw)
  checkQuery(query, fields)
  const page = numberOf(call, 'page') ?? 1
  if (page < 1 || page > lastPage) {
    const message = `You cannot access ${kind} beyond the ${lastPage}th page. Please provide a smaller page number.`
    throw invalidValue('page', message)
  }
  const found = subject.rows.filter((row) => {
    const seen = seenBySearch(call.world, `${kind} ${row.id}`, subject.index(row))
    // What is out of the lists now is shown no more, however the index still has it.
    return (
      seen !== null && seen['hidden'] !== true && subject.index(row)['hidden'] !== true && matches(query, seen, fields)
    )
  })
  const ordered = found.toSorted((left, right) => (left.created_at < right.created_at ? 1 : -1))
  const shown = ordered.slice((page - 1) * rowsOfPage, page * rowsOfPage)
  return json({ total: found.length, results: shown.map(subject.render) })
}
