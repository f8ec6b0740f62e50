import { isRecord } from '../../exchange.ts'
import { iso } from '../../iso.ts'
import { plainText } from '../../plain-value.ts'
import { priorities, statuses, ticketTypes } from '../account.ts'
import { invalid } from '../errors.ts'
import type { FieldError } from '../errors.ts'
import type { Ticket } from '../records.ts'
import { isStaff } from '../world.ts'
import type { World } from '../world.ts'
import { setCustomFields } from './custom-fields.ts'
import { setPeople } from './ticket-people.ts'
import { tagsIn } from './sent.ts'
import type { Complain, Fields } from './sent.ts'

/**
 * Sets what was sent on a ticket that nobody else has seen yet.
 *
 * @throws 422 everything that is wrong, at once
 */
export function setTicketFields(world: World, ticket: Ticket, fields: Fields): void {
  const errors: Record<string, FieldError[]> = {}
  const complain: Complain = (field, description, error = 'InvalidValue') => {
    errors[field] = [...(errors[field] ?? []), { description, error }]
  }
  setWords(ticket, fields, complain)
  setStanding(world, ticket, fields, complain)
  setAssignment(world, ticket, fields, complain)
  setReferences(world, ticket, fields, complain)
  setPeople(world, ticket, fields, complain)
  setTags(ticket, fields)
  setCustomFields(world.account.ticketFields, ticket.custom_fields, customIn(fields), complain)
  if (Object.keys(errors).length > 0) throw invalid(errors)
}

function setWords(ticket: Ticket, fields: Fields, complain: Complain): void {
  const subject = fields['subject'] ?? fields['raw_subject']
  if (typeof subject === 'string' && subject.length > 150) {
    complain('subject', 'Subject: is too long (maximum is 150 characters)', 'ValueTooLong')
  } else if (typeof subject === 'string') ticket.subject = subject
  const externalId = fields['external_id']
  if (externalId !== undefined) ticket.external_id = externalId === null ? null : plainText(externalId)
  const dueAt = fields['due_at']
  if (dueAt === null) ticket.due_at = null
  else if (typeof dueAt === 'string') {
    const at = new Date(dueAt)
    if (Number.isNaN(at.getTime())) complain('due_at', 'Due at: is not a valid date')
    else ticket.due_at = iso(at)
  }
}

function setStanding(world: World, ticket: Ticket, fields: Fields, complain: Complain): void {
  const oneOf = <Word extends string>(name: string, words: readonly Word[]): Word | null | undefined => {
    const value = fields[name]
    if (value === undefined) return undefined
    if (value === null || value === '') return null
    const word = words.find((candidate) => candidate === value)
    if (word === undefined) complain(name, `${capital(name)}: ${JSON.stringify(value)} is not valid`)
    return word
  }
  const custom = fields['custom_status_id']
  if (custom !== undefined && custom !== null) {
    const status = world.account.customStatuses.find(({ id }) => id === custom)
    if (!status) complain('custom_status_id', 'Custom status: is invalid')
    else {
      ticket.custom_status_id = status.id
      ticket.status = status.status_category
    }
  }
  const status = oneOf('status', statuses)
  if (status === 'new' && ticket.assignee_id !== null) complain('status', 'Status: cannot be set to new')
  else if (typeof status === 'string') ticket.status = status
  const priority = oneOf('priority', priorities)
  if (priority !== undefined) ticket.priority = priority
  const type = oneOf('type', ticketTypes)
  if (type !== undefined) ticket.type = type
}

function setAssignment(world: World, ticket: Ticket, fields: Fields, complain: Complain): void {
  const groupId = fields['group_id']
  if (groupId === null) ticket.group_id = null
  else if (groupId !== undefined) {
    const group = typeof groupId === 'number' ? world.groups.get(groupId) : undefined
    if (!group || group.deleted) complain('group', 'Group: is invalid')
    else ticket.group_id = group.id
  }
  const email = fields['assignee_email']
  const byEmail =
    typeof email === 'string' ? [...world.users.values()].find((user) => user.email === email.toLowerCase()) : undefined
  const assigneeId = typeof email === 'string' ? (byEmail?.id ?? 0) : fields['assignee_id']
  if (assigneeId === null) ticket.assignee_id = null
  else if (assigneeId !== undefined) {
    const assignee = typeof assigneeId === 'number' ? world.users.get(assigneeId) : undefined
    if (!assignee || !isStaff(assignee)) complain('assignee', 'Assignee: is invalid')
    else {
      ticket.assignee_id = assignee.id
      if (groupId === undefined && !isMember(world, assignee.id, ticket.group_id))
        ticket.group_id = assignee.default_group_id
    }
  }
  if (ticket.assignee_id === null || ticket.group_id === null) return
  if (isMember(world, ticket.assignee_id, ticket.group_id)) return
  if (assigneeId === undefined) ticket.assignee_id = null
  else complain('assignee', 'Assignee: is not a member of the group')
}

function setReferences(world: World, ticket: Ticket, fields: Fields, complain: Complain): void {
  const { firstId } = world.account
  const organizationId = fields['organization_id']
  if (organizationId === null) ticket.organization_id = null
  else if (organizationId !== undefined) {
    const organization = typeof organizationId === 'number' ? world.organizations.get(organizationId) : undefined
    if (!organization || organization.deleted_at !== null) complain('organization', 'Organization: is invalid')
    else ticket.organization_id = organization.id
  }
  const problemId = fields['problem_id']
  if (problemId === null) ticket.problem_id = null
  else if (problemId !== undefined) {
    const problem = typeof problemId === 'number' ? world.tickets.get(problemId) : undefined
    if (problem?.type !== 'problem') complain('problem_id', 'Problem: is invalid')
    else ticket.problem_id = problem.id
  }
  const [brandId, formId] = [fields['brand_id'], fields['ticket_form_id']]
  if (brandId === firstId + 1 || brandId === firstId + 2) ticket.brand_id = brandId
  else if (brandId !== undefined && brandId !== null) complain('brand', 'Brand: is invalid')
  if (formId === firstId + 47 || formId === firstId + 48) ticket.ticket_form_id = formId
  else if (formId !== undefined && formId !== null) complain('ticket_form_id', 'Ticket form: is invalid')
}

function setTags(ticket: Ticket, fields: Fields): void {
  if (fields['tags'] !== undefined) ticket.tags = tagsIn(fields['tags'])
  if (fields['additional_tags'] !== undefined) {
    ticket.tags = [...new Set([...ticket.tags, ...tagsIn(fields['additional_tags'])])]
  }
  const removed = new Set(tagsIn(fields['remove_tags']))
  if (removed.size > 0) ticket.tags = ticket.tags.filter((tag) => !removed.has(tag))
}

/** Custom fields as they are sent: a list of ids and values, or an object by id. */
function customIn(fields: Fields): [name: string, value: unknown][] {
  const sent = fields['custom_fields'] ?? fields['fields']
  if (isRecord(sent)) return Object.entries(sent)
  const list: unknown[] = Array.isArray(sent) ? sent : []
  return list.flatMap((one) => (isRecord(one) ? [[String(one['id']), one['value']] satisfies [string, unknown]] : []))
}

function isMember(world: World, userId: number, groupId: number | null): boolean {
  return [...world.groupMemberships.values()].some(({ user_id, of }) => user_id === userId && of === groupId)
}

function capital(name: string): string {
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}`
}
