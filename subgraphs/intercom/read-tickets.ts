import type { Stream } from '../../kit/contract.ts'
import { readWire } from '../../kit/read-wire.ts'
import { readMoved, readThread } from './read-threads.ts'
import { auditBySearch, counterBySearch, readSearchPage, searchCursor, SEARCH_START, type Search } from './search.ts'
import { PROVIDER } from './wire.ts'

const NAME = 'tickets'

const SEARCH: Search = { stream: NAME, path: '/tickets/search', list: 'tickets', perPage: 50, byDay: false }

/** Tickets with all that was said in them. There is no list of deleted ones: a deletion shows when one is read by itself. */
export const tickets: Stream = {
  name: NAME,
  kind: 'ticket',
  everyMs: 60_000,
  async read(client, cursor, context) {
    const origin = { provider: PROVIDER, stream: `${NAME} cursor` }
    const place = cursor === null ? SEARCH_START : readWire(searchCursor, cursor, origin)
    const { found, ...page } = await readSearchPage(client, SEARCH, { cursor: place, context })
    const { changes, failed } = await readMoved(client, { kind: 'ticket', found, mark: place.mark }, context)
    return { ...page, changes, failed: [...page.failed, ...failed] }
  },
  readOne: (client, remoteId, context) => readThread(client, { kind: 'ticket', remoteId }, context.signal),
  audit: auditBySearch(SEARCH),
  counter: counterBySearch(SEARCH),
}
