import { z } from 'zod'
import { receiver, wireId, wireJson, wireReference, wireText, wireTime } from '../../kit/wire.ts'

/** The provider's name, as it stands on every record, error and route. */
export const PROVIDER = 'freshdesk'

/** Reads one record. @throws MalformedError */
export const receive = receiver(PROVIDER)

/** When a record last changed, of records that always say so. Some endpoints answer with the account's offset. */
export const wireMoment = z.iso.datetime({ offset: true }).transform((text) => new Date(text))

/** Fields that the account defined, by name: `cf_order`. */
export const wireCustom = z.record(z.string(), wireJson).nullish()

/** Tags are names; nothing else is known of them. */
export const wireTags = z
  .array(z.string())
  .nullish()
  .transform((tags) => tags ?? [])

const dated = { created_at: wireTime, updated_at: wireTime }

/** An agent, with the person behind it. Lists leave out `group_ids`. Source: Freshdesk API v2, "Agents". */
export const wireAgent = z.looseObject({
  id: wireId,
  available: z.boolean().nullish(),
  group_ids: z.array(wireId).nullish(),
  contact: z.looseObject({ name: wireText, email: wireText }),
  ...dated,
})
export type AgentWire = z.output<typeof wireAgent>

/** A group. Lists leave out `agent_ids`. Source: "Groups". */
export const wireGroup = z.looseObject({
  id: wireId,
  name: z.string(),
  agent_ids: z.array(wireId).nullish(),
  ...dated,
})
export type GroupWire = z.output<typeof wireGroup>

/** A company. Source: "Companies". */
export const wireCompany = z.looseObject({
  id: wireId,
  name: wireText,
  domains: z.array(z.string()).nullish(),
  industry: wireText,
  account_tier: wireText,
  custom_fields: wireCustom,
  created_at: wireTime,
  updated_at: wireMoment,
})
export type CompanyWire = z.output<typeof wireCompany>

/** A person who writes in. Lists leave out tags, other companies and the avatar. Source: "Contacts". */
export const wireContact = z.looseObject({
  id: wireId,
  name: wireText,
  email: wireText,
  phone: wireText,
  mobile: wireText,
  unique_external_id: wireText,
  contact_type: wireText,
  active: z.boolean().nullish(),
  company_id: wireReference,
  other_companies: z.array(z.looseObject({ company_id: wireId })).nullish(),
  avatar: z.looseObject({ avatar_url: wireText }).nullish(),
  tags: wireTags,
  custom_fields: wireCustom,
  deleted: z.boolean().nullish(),
  created_at: wireTime,
  updated_at: wireMoment,
})
export type ContactWire = z.output<typeof wireContact>

/** What lists of contacts are read for: who moved, and when. */
export const wireListed = z.looseObject({ id: wireId, updated_at: wireMoment })

/** Whose key it is. Source: "Account". */
export const wireAccount = z.looseObject({ account_id: wireId, account_name: wireText, data_center: wireText })

/** A field of tickets, contacts or companies; `choices` has another shape for each type. Source: "Ticket Fields". */
export const wireField = z.looseObject({
  id: wireId,
  name: z.string().min(1),
  label: z.string(),
  type: z.string(),
  position: z.number().nullish(),
  choices: wireJson.nullish(),
  ...dated,
})
export type FieldWire = z.output<typeof wireField>

/** The names of a field's choices in their order, as we keep it beside the field. */
export const wireChoiceOrder = z.object({ choices: z.array(z.string()) })

/** In which list a contact was found, as we keep it beside them. */
export const wireStanding = z.object({ standing: z.enum(['active', 'blocked']) })

/** A product, an SLA policy or a set of business hours: they are all told by name. */
export const wireNamedRecord = z.looseObject({
  id: wireId,
  name: z.string(),
  active: z.boolean().nullish(),
  position: z.number().nullish(),
  ...dated,
})
export type NamedWire = z.output<typeof wireNamedRecord>
