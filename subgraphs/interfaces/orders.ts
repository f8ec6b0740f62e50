import { Field, InputType, registerEnumType } from 'type-graphql'
import type { ListQuery } from '../../store/read.ts'
import { SortDirection } from './enums.ts'

/** What a list is to be sorted by, as asked; ties are broken by id, so that pages never overlap. */
export interface Order {
  readonly field?: string | null
  readonly direction?: 'ASC' | 'DESC' | null
}

interface OrderClass {
  readonly Input: new () => Order
  /** Sorted by this when no field is given. */
  readonly first: string
}

function orderOf(name: string, fields: Readonly<Record<string, string>>, first: string): OrderClass {
  registerEnumType(fields, { name: `${name}OrderField`, description: 'What a list of this kind can be sorted by.' })
  const usual = Object.keys(fields).find((each) => fields[each] === first)

  @InputType(`${name}Order`)
  class OrderInput implements Order {
    @Field(() => fields, { nullable: true, description: `${usual} when not given.` })
    readonly field?: string | null

    @Field(() => SortDirection, {
      nullable: true,
      description: 'When not given: ASC for names, DESC for times and for priorities, of which URGENT is the greatest.',
    })
    readonly direction?: 'ASC' | 'DESC' | null
  }
  return { Input: OrderInput, first }
}

const dated = { CREATED_AT: 'createdAt', UPDATED_AT: 'updatedAt' } as const
const named = { NAME: 'name', ...dated } as const

/** The orders of each kind that has unified lists. */
export const orders = {
  agent: orderOf('Agent', named, 'name'),
  team: orderOf('Team', named, 'name'),
  tag: orderOf('Tag', named, 'name'),
  company: orderOf('Company', named, 'createdAt'),
  contact: orderOf('Contact', { ...named, LAST_SEEN_AT: 'lastSeenAt' }, 'createdAt'),
  conversation: orderOf('Conversation', { ...dated, PRIORITY: 'priority', WAITING_SINCE: 'waitingSince' }, 'updatedAt'),
  ticket: orderOf('Ticket', { ...dated, PRIORITY: 'priority', DUE_AT: 'dueAt' }, 'updatedAt'),
} as const

/** The order of customers, who are of no one provider. */
export const customerOrder = orderOf('Customer', { ...named, LAST_SEEN_AT: 'lastSeenAt' }, 'createdAt')

/** The order that a list is read in; left out when none is asked for. Defaults stand here, not in the schema. */
export function toOrderBy(kind: keyof typeof orders, order: Order | null | undefined): Pick<ListQuery, 'orderBy'> {
  return orderByOf(orders[kind], order)
}

/** The same of an order that is at hand. */
export function orderByOf({ first }: OrderClass, order: Order | null | undefined): Pick<ListQuery, 'orderBy'> {
  if (order == null) return {}
  const field = order.field ?? first
  return { orderBy: { field, direction: order.direction ?? (field === 'name' ? 'ASC' : 'DESC') } }
}
