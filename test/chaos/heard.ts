import type { Server } from './postgres.ts'
import type { Subscriber } from './subscribers.ts'

/** The cursor of an event as docs/clients.md does not tell it: its transaction and its number, 8 bytes each. */
function placeOf(cursor: string): string {
  const bytes = Buffer.from(cursor, 'base64url')
  return `${bytes.readBigUInt64BE(0)}/${bytes.readBigUInt64BE(8)}`
}

/** What a subscriber missed, heard twice or heard out of order, by the log in the database; empty when nothing. */
export async function faultsOf(subscriber: Subscriber, server: Server, from: string): Promise<readonly string[]> {
  const [xid = '0', id = '0'] = placeOf(from).split('/')
  const told = await server.query<{ readonly place: string; readonly thread: string }>(
    `select xid::text || '/' || id as place, coalesce(conversation_id, ticket_id)::text as thread from event
     where kind = 'message' and op = 'created' and (xid, id) > ($1::xid8, $2::bigint) order by xid, id`,
    [xid, id],
  )
  const heard = subscriber.cursors.map(placeOf)
  const order = new Map(told.map(({ place }, index) => [place, index]))
  const times = new Map<string, number>()
  for (const place of heard) times.set(place, (times.get(place) ?? 0) + 1)
  const faults: string[] = []
  for (const { place, thread } of told) {
    const count = times.get(place) ?? 0
    if (count !== 1) faults.push(`${subscriber.name} heard ${place} of ${thread} ${count} times`)
  }
  let last = -1
  for (const place of heard) {
    const at = order.get(place)
    if (at === undefined) faults.push(`${subscriber.name} heard ${place}, which the log does not have`)
    else if (at < last) faults.push(`${subscriber.name} heard ${place} after what came later`)
    last = Math.max(last, at ?? last)
  }
  return faults
}
