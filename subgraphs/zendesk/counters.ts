import { z } from 'zod'
import type { Counter } from '../../kit/contract.ts'
import { readWire } from '../../kit/read-wire.ts'
import { wireTime } from '../../kit/wire.ts'
import { PROVIDER } from './wire.ts'

const HOUR_MS = 3_600_000

/** Above 100,000 a number is up to a day old, and while it is being made, `refreshed_at` is null and the number wrong. Source: `GET /api/v2/users/count`. */
const wireCount = z.looseObject({ count: z.looseObject({ value: z.number(), refreshed_at: wireTime }) })

const wireFoundCount = z.looseObject({ count: z.number() })

/** The number that stands for a list. */
function counterOf(list: {
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
}): Omit<Counter, 'without'> {
  return {
    everyMs: HOUR_MS,
    async read(client, { now, signal }) {
      const { body } = await client.request({ method: 'GET', ...list, signal })
      const { count } = readWire(wireCount, body, { provider: PROVIDER, stream: list.path })
      if (count.refreshed_at == null) return null
      return { count: count.value, at: new Date(Math.min(count.refreshed_at.getTime(), now.getTime())) }
    },
  }
}

/** People who ask. An agent who asked is held as a contact, and not counted. */
export const userCounter: Counter = {
  ...counterOf({ path: '/api/v2/users/count', query: { role: 'end-user' } }),
  without: 'agent',
}

/** Organizations that stand. */
export const organizationCounter: Counter = counterOf({ path: '/api/v2/organizations/count' })

/**
 * Tickets that a search finds: `GET /api/v2/tickets/count` is of the list, which has no archived ones.
 * Source: "About ticket archiving", support.zendesk.com/hc/en-us/articles/4408887617050, read 2026-11-29.
 */
export const ticketCounter: Counter = {
  everyMs: HOUR_MS,
  async read(client, { now, signal }) {
    const query = { query: 'type:ticket' }
    const { body } = await client.request({ method: 'GET', path: '/api/v2/search/count', query, signal })
    return { count: readWire(wireFoundCount, body, { provider: PROVIDER, stream: 'tickets count' }).count, at: now }
  },
}
