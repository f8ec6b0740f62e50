import { lagBehind } from '../../index-lag.ts'
import { isRecord } from '../../exchange.ts'
import { plainText } from '../../plain-value.ts'
import { invalid, invalidField } from '../errors.ts'
import type { FieldError } from '../errors.ts'
import type { Organization } from '../records.ts'
import { organizationRow } from '../search/rows.ts'
import { nextId, nowIn } from '../../world.ts'
import type { Actor, Happening, World } from '../world.ts'
import { changeTicket } from './change.ts'
import { setCustomFields } from './custom-fields.ts'
import { joinOrganization, leaveOrganization } from './memberships.ts'
import { tagsIn } from './sent.ts'
import type { Fields } from './sent.ts'

/** An organization by its name, in any case. */
export function organizationByName(world: World, name: string): Organization | undefined {
  const wanted = name.trim().toLowerCase()
  return [...world.organizations.values()].find((one) => one.deleted_at === null && one.name.toLowerCase() === wanted)
}

/** One nobody knows anything of. It is not among the organizations yet. */
export function newOrganization(world: World, name: string, at: string): Organization {
  return {
    id: nextId(world, 'organization'),
    name,
    created_at: at,
    updated_at: at,
    generated: Math.floor(Date.parse(at) / 1000),
    details: null,
    notes: null,
    external_id: null,
    domain_names: [],
    group_id: null,
    shared_tickets: false,
    shared_comments: false,
    tags: [],
    organization_fields: Object.fromEntries(world.account.organizationFields.map(({ key }) => [key, null])),
    deleted_at: null,
  }
}

/** Makes an organization. @throws 422 */
export function createOrganization(world: World, by: Actor, fields: Fields): Organization {
  const draft = newOrganization(world, '', nowIn(world))
  setFields(world, draft, fields)
  lagBehind(world, `organization ${draft.id}`, null)
  world.organizations.set(draft.id, draft)
  tell(world, draft, by, [{ type: 'organization.created', event: {} }])
  return draft
}

/** Changes an organization. @throws 422 */
export function updateOrganization(world: World, organization: Organization, by: Actor, fields: Fields): void {
  const draft = { ...organization, organization_fields: { ...organization.organization_fields } }
  setFields(world, draft, fields)
  lagBehind(world, `organization ${organization.id}`, organizationRow(organization))
  const before = { ...organization }
  Object.assign(organization, draft, { updated_at: nowIn(world), generated: world.clock.seconds() })
  const happenings = (['name', 'external_id', 'tags'] as const).flatMap((field): Happening[] => {
    const [current, previous] = [organization[field], before[field]]
    if (JSON.stringify(current) === JSON.stringify(previous)) return []
    return [{ type: `organization.${field}_changed`, event: { current, previous } }]
  })
  tell(world, organization, by, happenings)
}

/** Deletes an organization: its people and tickets have none then. */
export function deleteOrganization(world: World, organization: Organization, by: Actor): void {
  lagBehind(world, `organization ${organization.id}`, organizationRow(organization))
  for (const user of world.users.values()) leaveOrganization(world, user, organization.id)
  for (const ticket of world.tickets.values()) {
    if (ticket.organization_id !== organization.id || ticket.deleted) continue
    changeTicket(world, ticket, by, { change: () => (ticket.organization_id = null) })
  }
  Object.assign(organization, { deleted_at: nowIn(world), updated_at: nowIn(world), generated: world.clock.seconds() })
  tell(world, organization, by, [{ type: 'organization.deleted', event: {} }])
}

/** Moves all of one organization to another, and deletes it. */
export function mergeOrganizations(world: World, loser: Organization, winner: Organization, by: Actor): void {
  if (loser.id === winner.id) throw invalidField('base', 'Organization: cannot be merged with itself')
  const members = [...world.organizationMemberships.values()].filter(({ of }) => of === loser.id)
  for (const { user_id } of members) {
    const user = world.users.get(user_id)
    if (user) joinOrganization(world, user, winner.id)
  }
  for (const ticket of world.tickets.values()) {
    if (ticket.organization_id !== loser.id || ticket.deleted) continue
    changeTicket(world, ticket, by, { change: () => (ticket.organization_id = winner.id) })
  }
  deleteOrganization(world, loser, by)
}

function setFields(world: World, organization: Organization, fields: Fields): void {
  const errors: Record<string, FieldError[]> = {}
  const complain = (field: string, description: string, error = 'InvalidValue'): void => {
    errors[field] = [...(errors[field] ?? []), { description, error }]
  }
  const name = fields['name']
  if (typeof name === 'string') {
    const taken = organizationByName(world, name)
    if (taken && taken.id !== organization.id) complain('name', 'Name: has already been taken', 'DuplicateValue')
    organization.name = name.trim()
  }
  if (organization.name === '') complain('name', 'Name: cannot be blank', 'BlankValue')
  for (const text of ['details', 'notes', 'external_id'] as const) {
    const value = fields[text]
    if (value !== undefined) organization[text] = value === null ? null : plainText(value)
  }
  const groupId = fields['group_id']
  if (groupId === null || (typeof groupId === 'number' && world.groups.has(groupId))) organization.group_id = groupId
  else if (groupId !== undefined) complain('group', 'Group: is invalid')
  for (const flag of ['shared_tickets', 'shared_comments'] as const) {
    const value = fields[flag]
    if (typeof value === 'boolean') organization[flag] = value
  }
  const domains: unknown = fields['domain_names']
  if (Array.isArray(domains)) organization.domain_names = domains.map((one) => String(one).toLowerCase())
  if (fields['tags'] !== undefined) organization.tags = tagsIn(fields['tags'])
  const custom = fields['organization_fields']
  if (isRecord(custom)) {
    setCustomFields(
      world.account.organizationFields,
      organization.organization_fields,
      Object.entries(custom),
      complain,
    )
  }
  if (Object.keys(errors).length > 0) throw invalid(errors)
}

function tell(world: World, organization: Organization, by: Actor, happenings: readonly Happening[]): void {
  if (happenings.length > 0) world.announce({ about: { organization }, by, happenings, update: null })
}
