import { z } from 'zod'
import type { Json } from '../store/kinds.ts'
import { readWire } from './read-wire.ts'
import { fromUnixSeconds } from './time.ts'

/** An id: some objects say it as a string, others as a number. It is good for an address, whatever stands in it. */
export const wireId = z.union([z.string().min(1), z.number()]).transform((id) => String(id).toWellFormed())

/** An id that may name nobody, which providers say as null, 0 or "0". */
export const wireReference = z
  .union([z.string(), z.number()])
  .nullish()
  .transform((id) => (id === null || id === undefined || id === '' || String(id) === '0' ? null : String(id)))

/** Seconds before and after 1970 that a date can be of: PostgreSQL has none before 4713 BC, and JavaScript none later. */
const MOST_SECONDS_BEFORE = 2.1e11
const MOST_SECONDS = 8.64e12

/** Unix seconds, or null. */
export const wireUnixTime = z.number().min(-MOST_SECONDS_BEFORE).max(MOST_SECONDS).nullish().transform(fromUnixSeconds)

/** ISO 8601 with a zone, or null: `2026-01-01T00:00:00Z`, `2026-01-01T05:30:00+05:30`. */
export const wireTime = z.iso
  .datetime({ offset: true })
  .nullish()
  .transform((text) => (text === null || text === undefined ? null : new Date(text)))

/** Words; blank ones are as good as none. */
export const wireText = z
  .string()
  .nullish()
  .transform((text) => (text === null || text === undefined || text.trim() === '' ? null : text))

/** Whatever stands there: it has come out of a JSON parser, so it is JSON. */
export const wireJson = z.custom<Json>(() => true)

/** Only the id of a thing that is named. */
export const wireNamed = z.looseObject({ id: wireId })

/** The id of a record that may be odd otherwise; null when it says none. */
export const idOf = (record: unknown): string | null => wireNamed.safeParse(record).data?.id ?? null

/** A record as parsed, and as it came. */
export interface Received<Wire> {
  readonly wire: Wire
  readonly native: Json
}

/**
 * Makes what reads one record of a provider.
 *
 * Its `from` is the stream, topic or call that the record came by, for the message when it is not as promised; it throws
 * MalformedError then.
 */
export function receiver(provider: string) {
  return function receive<Wire>(schema: z.ZodType<Wire>, value: unknown, from: string): Received<Wire> {
    const origin = { provider, stream: from }
    return { wire: readWire(schema, value, origin), native: readWire(wireJson, value, origin) }
  }
}
