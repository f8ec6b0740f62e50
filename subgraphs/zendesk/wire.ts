import { z } from 'zod'
import { receiver, wireId, wireJson, wireReference, wireText, wireTime } from '../../kit/wire.ts'

/** The provider's name, as it stands on every record, error and route. */
export const PROVIDER = 'zendesk'

/** Reads one record. @throws MalformedError */
export const receive = receiver(PROVIDER)

/** Names of tags. */
export const wireTags = z.array(z.string()).nullish()

/** Fields that the account defined, by key. Those of tickets are in another form. */
export const wireFields = z.record(z.string(), wireJson).nullish()

/**
 * A person: who asks, or who answers. `active` is false of the deleted, `verified` true once an identity of theirs was proven; the id of somebody who is not logged in is null.
 * Source: Zendesk Support API, schema `UserForAdmin`.
 */
export const wireUser = z.looseObject({
  id: wireId,
  name: wireText,
  email: wireText,
  phone: wireText,
  role: wireText,
  external_id: wireText,
  organization_id: wireReference,
  photo: z.looseObject({ content_url: wireText }).nullish(),
  active: z.boolean().nullish(),
  verified: z.boolean().nullish(),
  suspended: z.boolean().nullish(),
  last_login_at: wireTime,
  created_at: wireTime,
  updated_at: wireTime,
  tags: wireTags,
  user_fields: wireFields,
})
export type UserWire = z.output<typeof wireUser>

/** Whose credential it is. Without a good one the answer is 200, too, and `id` is null. Source: `GET /users/me`. */
export const wireMe = z.looseObject({ user: z.looseObject({ id: wireReference, role: wireText }) })

/** Source: schema `GroupObject`. */
export const wireGroup = z.looseObject({
  id: wireId,
  name: z.string(),
  created_at: wireTime,
  updated_at: wireTime,
})
export type GroupWire = z.output<typeof wireGroup>

/** An agent's place in a group. Source: schema `GroupMembershipObject`. */
export const wireMembership = z.looseObject({ user_id: wireId, group_id: wireId })
export type MembershipWire = z.output<typeof wireMembership>

/** `deleted_at` is told by the export only. Source: schema `OrganizationObject`. */
export const wireOrganization = z.looseObject({
  id: wireId,
  name: wireText,
  external_id: wireText,
  domain_names: z.array(z.string()).nullish(),
  created_at: wireTime,
  updated_at: wireTime,
  deleted_at: wireTime,
  tags: wireTags,
  organization_fields: wireFields,
})
export type OrganizationWire = z.output<typeof wireOrganization>
