import { numberIn, objectIn, textsIn, timeIn } from '../check.ts'
import type { Body } from '../check.ts'
import { invalid } from '../errors.ts'
import type { FieldError } from '../errors.ts'
import { closureErrors, customFieldErrors } from '../fields.ts'
import type { Contact, Ticket } from '../records.ts'
import { nowIn } from '../../world.ts'
import type { World } from '../world.ts'

/** @throws 400 own fields that do not fit, links to what is not there, due times that cannot be */
export function refuseWrong(world: World, fields: Body, requester: Contact | undefined): void {
  const errors: FieldError[] = [
    ...customFieldErrors(objectIn(fields, 'custom_fields') ?? {}, world.account.ticketFields),
  ]
  const wrong = (field: string, message: string): void => void errors.push({ field, message, code: 'invalid_value' })
  const absent = (field: string, what: string, exists: (id: number) => boolean): void => {
    const id = numberIn(fields, field)
    if (id !== undefined && !exists(id)) wrong(field, `There is no ${what} matching the given ${field}`)
  }
  absent('responder_id', 'agent', (id) => world.agents.has(id))
  absent('internal_agent_id', 'agent', (id) => world.agents.has(id))
  absent('group_id', 'group', (id) => world.groups.has(id))
  absent('internal_group_id', 'group', (id) => world.groups.has(id))
  absent('product_id', 'product', (id) => world.products.some((product) => product.id === id))
  absent('email_config_id', 'email_config', (id) => world.emailConfigs.some((config) => config.id === id))
  absent('parent_id', 'ticket', (id) => world.tickets.has(id))
  absent('company_id', 'company', (id) =>
    [requester?.company_id, ...(requester?.other_companies ?? []).map((one) => one.company_id)].includes(id),
  )
  const [first, whole] = [timeIn(fields, 'fr_due_by'), timeIn(fields, 'due_by')]
  if ((first === undefined) !== (whole === undefined)) {
    wrong(first === undefined ? 'fr_due_by' : 'due_by', 'due_by and fr_due_by are set together')
  } else if (first !== undefined && whole !== undefined && (first > whole || whole < nowIn(world))) {
    wrong('due_by', 'It should be in the future, and not before fr_due_by')
  }
  const tag = textsIn(fields, 'tags')?.find((one) => one.length > 32 || one.includes(','))
  if (tag !== undefined) wrong('tags', 'It should only contain elements of at most 32 characters without a comma')
  if (errors.length > 0) throw invalid(errors)
}

/** @throws 400 a ticket is to be over and lacks what that needs */
export function refuseUnfinished(world: World, ticket: Pick<Ticket, 'status' | 'custom_fields'>): void {
  if (ticket.status !== 4 && ticket.status !== 5) return
  const errors = closureErrors(ticket.custom_fields, world.account.ticketFields)
  if (errors.length > 0) throw invalid(errors)
}
