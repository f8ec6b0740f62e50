import { z } from 'zod'
import { readWire } from '../../kit/read-wire.ts'
import { fromUnixSeconds } from '../../kit/time.ts'
import type { Json } from '../../store/kinds.ts'

/** The provider's name, as it stands on every record, error and route. */
export const PROVIDER = 'intercom'

/** An id: some objects say it as a string, others as a number. */
export const wireId = z.union([z.string().min(1), z.number()]).transform(String)

/** An id that may name nobody, which Intercom says as null, 0 or "0". */
export const wireReference = z
  .union([z.string(), z.number()])
  .nullish()
  .transform((id) => (id === null || id === undefined || id === '' || String(id) === '0' ? null : String(id)))

/** Seconds around 1970 that a date can be of. */
const MOST_SECONDS = 8.64e12

/** Unix seconds, or null. */
export const wireTime = z.number().min(-MOST_SECONDS).max(MOST_SECONDS).nullish().transform(fromUnixSeconds)

/** Words; blank ones are as good as none. */
export const wireText = z
  .string()
  .nullish()
  .transform((text) => (text === null || text === undefined || text.trim() === '' ? null : text))

/** Whatever stands there: it has come out of a JSON parser, so it is JSON. */
export const wireJson = z.custom<Json>(() => true)

/** Fields that the account defined, by name. */
export const wireAttributes = z.record(z.string(), wireJson).nullish()

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
 * Reads one record.
 *
 * @param from the stream, topic or call that it came by, for the message when it is not as promised
 * @throws MalformedError
 */
export function receive<Wire>(schema: z.ZodType<Wire>, value: unknown, from: string): Received<Wire> {
  const origin = { provider: PROVIDER, stream: from }
  return { wire: readWire(schema, value, origin), native: readWire(wireJson, value, origin) }
}

/** One of `avatar: "https://…"` (lists) and `avatar: { image_url }` (single reads). */
const wireAvatar = z
  .union([z.string(), z.looseObject({ image_url: wireText })])
  .nullish()
  .transform((avatar) => (typeof avatar === 'string' ? avatar : (avatar?.image_url ?? null)))

/** A teammate. Source: Intercom REST 2.16, schema `admin`. */
export const wireAdmin = z.looseObject({
  id: wireId,
  name: wireText,
  email: wireText,
  away_mode_enabled: z.boolean().nullish(),
  has_inbox_seat: z.boolean().nullish(),
  team_ids: z.array(wireId).nullish(),
  avatar: wireAvatar,
})
export type AdminWire = z.output<typeof wireAdmin>

/** Whose token it is. Source: schema `admin_with_app` (`GET /me`). */
export const wireMe = z.looseObject({
  id: wireId,
  app: z.looseObject({ id_code: wireId, name: wireText, region: wireText }),
})

/** Source: schema `team`. */
export const wireTeam = z.looseObject({
  id: wireId,
  name: z.string(),
  admin_ids: z.array(wireId).nullish(),
})
export type TeamWire = z.output<typeof wireTeam>

/** Source: schema `tag`. */
export const wireTag = z.looseObject({ id: wireId, name: z.string() })
export type TagWire = z.output<typeof wireTag>

/** Tags on a company, conversation or ticket: all of them. Source: schema `tags`. */
export const wireTagList = z.looseObject({ tags: z.array(wireNamed).nullish() }).nullish()

/** Source: schema `company`. `id` is Intercom's, `company_id` the customer's own. */
export const wireCompany = z.looseObject({
  id: wireId,
  company_id: wireText,
  name: wireText,
  website: wireText,
  industry: wireText,
  size: z.number().nullish(),
  plan: z.looseObject({ name: wireText }).nullish(),
  created_at: wireTime,
  updated_at: wireTime,
  tags: wireTagList,
  custom_attributes: wireAttributes,
})
export type CompanyWire = z.output<typeof wireCompany>

/** The first ten of what is attached to a contact; `has_more` says that there are others. Source: `contact_tags`, `contact_companies`. */
export const wireAttached = z
  .looseObject({ data: z.array(wireNamed).nullish(), has_more: z.boolean().nullish() })
  .nullish()

/** Source: schema `contact`. `merge_history` comes only when asked for, and only of users. */
export const wireContact = z.looseObject({
  id: wireId,
  role: wireText,
  external_id: wireText,
  name: wireText,
  email: wireText,
  phone: wireText,
  avatar: wireAvatar,
  created_at: wireTime,
  updated_at: wireTime,
  last_seen_at: wireTime,
  tags: wireAttached,
  companies: wireAttached,
  custom_attributes: wireAttributes,
  merge_history: z.array(z.looseObject({ source_contact_id: wireId })).nullish(),
})
export type ContactWire = z.output<typeof wireContact>
