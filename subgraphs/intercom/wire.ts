import { z } from 'zod'
import { receiver, wireId, wireJson, wireNamed, wireText, wireUnixTime } from '../../kit/wire.ts'

/** The provider's name, as it stands on every record, error and route. */
export const PROVIDER = 'intercom'

/** Fields that the account defined, by name. */
export const wireAttributes = z.record(z.string(), wireJson).nullish()

/** Reads one record. @throws MalformedError */
export const receive = receiver(PROVIDER)

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
  created_at: wireUnixTime,
  updated_at: wireUnixTime,
  tags: wireTagList,
  custom_attributes: wireAttributes,
})
export type CompanyWire = z.output<typeof wireCompany>

/** The first ten of what is attached to a contact; `has_more` says that there are others. Source: `contact_tags`, `contact_companies`. */
export const wireAttached = z
  .looseObject({ data: z.array(wireNamed).nullish(), has_more: z.boolean().nullish() })
  .nullish()

/** All that is attached to a contact with more than their record holds, as we keep it beside. */
export const wireAllAttached = z.object({ tagRemoteIds: z.array(z.string()), companyRemoteIds: z.array(z.string()) })

/** Source: schema `contact`. `merge_history` comes only when asked for, and only of users. */
export const wireContact = z.looseObject({
  id: wireId,
  role: wireText,
  external_id: wireText,
  name: wireText,
  email: wireText,
  phone: wireText,
  avatar: wireAvatar,
  created_at: wireUnixTime,
  updated_at: wireUnixTime,
  last_seen_at: wireUnixTime,
  tags: wireAttached,
  companies: wireAttached,
  custom_attributes: wireAttributes,
  merge_history: z.array(z.looseObject({ source_contact_id: wireId })).nullish(),
})
export type ContactWire = z.output<typeof wireContact>
