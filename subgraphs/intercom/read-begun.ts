import { z } from 'zod'
import type { AccountClient } from '../../kit/account-client.ts'
import type { BeginningLook, Begun } from '../../kit/looking.ts'
import { readWire } from '../../kit/read-wire.ts'
import { toUnixSeconds } from '../../kit/time.ts'
import { wireId } from '../../kit/wire.ts'
import type { Change } from '../../store/change.ts'
import { readThread } from './read-threads.ts'
import { MOST_PER_PAGE } from './search.ts'
import { PROVIDER } from './wire.ts'

const wireIds = z.array(z.looseObject({ id: wireId }))

/** Conversations, or tickets, that were begun with a contact since; what more there are than a page holds is not looked at. */
async function readBegun(client: AccountClient, begun: Begun): Promise<readonly Change[]> {
  const kind = begun.action === 'createTicket' ? 'ticket' : 'conversation'
  const list = `${kind}s`
  const value = [
    { field: 'contact_ids', operator: '=', value: begun.contactRemoteId },
    // One second less, since `>` means "or equal" by the reference, and may not.
    { field: 'created_at', operator: '>', value: toUnixSeconds(begun.since) - 1 },
  ]
  const { body } = await client.request({
    method: 'POST',
    path: `/${list}/search`,
    safe: true,
    body: { query: { operator: 'AND', value }, pagination: { per_page: MOST_PER_PAGE } },
  })
  const shape = z.object({ [list]: wireIds })
  const found = readWire(shape, body, { provider: PROVIDER, stream: list })[list] ?? []
  const changes: Change[] = []
  for (const { id } of found) changes.push(...(await readThread(client, { kind, remoteId: id })))
  return changes
}

/**
 * How new conversations and tickets are looked for: by a search, since Intercom has no list of what is a contact's. Its
 * index is late, by "a few minutes" as far as the reference says, and by nobody says how much at most: what is not found may be
 * there all the same. Source: Intercom REST 2.16, "Search contacts", "Contact Creation Delay", read 2026-11-29.
 */
export const beginning: BeginningLook = { certainAfterMs: null, read: readBegun }
