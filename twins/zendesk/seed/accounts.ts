import { rateLimits } from '../account.ts'
import type { Account, CustomField, CustomStatus, Plan, RateLimits } from '../account.ts'

/** An account to simulate. Everything but its subdomain has a default. */
export interface ZendeskAccountOptions {
  readonly subdomain: string
  readonly name?: string
  readonly plan?: Plan
  /** Instead of what the plan allows. */
  readonly limits?: RateLimits
  /** The account's API token. */
  readonly apiToken?: string
  readonly users?: number
  readonly organizations?: number
  readonly tickets?: number
}

/** How much an account begins with. */
export interface SeedSizes {
  readonly users: number
  readonly organizations: number
  readonly tickets: number
}

/** The account that options describe. Ids of one begin elsewhere than those of another. */
export function accountOf(options: ZendeskAccountOptions, index: number): Account {
  const { subdomain, plan = 'professional' } = options
  const firstId = 8_447_000_000_000 + index * 1_000_000_000_000
  return {
    subdomain,
    name: options.name ?? subdomain,
    id: 22_129_848 + index,
    plan,
    limits: options.limits ?? rateLimits[plan],
    firstId,
    apiToken: options.apiToken ?? 'twinzendeskapitokentwinzendeskapitoken00',
    ticketFields: ticketFields(firstId),
    userFields: [
      {
        id: firstId + 301,
        key: 'loyalty',
        title: 'Loyalty',
        type: 'tagger',
        options: { silver: 'Silver', gold: 'Gold' },
      },
      { id: firstId + 302, key: 'orders', title: 'Orders', type: 'integer' },
    ],
    organizationFields: [{ id: firstId + 351, key: 'credit_terms', title: 'Credit terms', type: 'text' }],
    customStatuses: customStatuses(firstId),
  }
}

function ticketFields(firstId: number): CustomField[] {
  const carriers = { northpost: 'Northpost', parcelrun: 'ParcelRun', bluevan: 'BlueVan' }
  return [
    { id: firstId + 201, key: 'order', title: 'Order', type: 'text' },
    { id: firstId + 202, key: 'refund_cents', title: 'Refund in cents', type: 'integer' },
    { id: firstId + 203, key: 'fragile', title: 'Fragile', type: 'checkbox' },
    { id: firstId + 204, key: 'carrier', title: 'Carrier', type: 'tagger', options: carriers },
    { id: firstId + 205, key: 'promised_on', title: 'Promised on', type: 'date' },
    { id: firstId + 206, key: 'parts', title: 'Parts', type: 'multiselect', options: { lid: 'Lid', strap: 'Strap' } },
  ]
}

function customStatuses(firstId: number): CustomStatus[] {
  const status = (
    id: number,
    status_category: CustomStatus['status_category'],
    label: string,
    end_user_label = label,
  ): CustomStatus => ({
    id: firstId + id,
    status_category,
    agent_label: label,
    end_user_label,
    default: id < 106,
  })
  return [
    status(101, 'new', 'New', 'Open'),
    status(102, 'open', 'Open'),
    status(103, 'pending', 'Pending', 'Awaiting your reply'),
    status(104, 'hold', 'On-hold', 'Open'),
    status(105, 'solved', 'Solved'),
    status(106, 'hold', 'Waiting on supplier', 'Open'),
    status(107, 'open', 'Ready for pickup'),
  ]
}
