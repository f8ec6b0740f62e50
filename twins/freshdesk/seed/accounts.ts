import { rateLimits, stockSources, stockStatuses } from '../account.ts'
import type { Account, Plan, RateLimits } from '../account.ts'

/** An account to simulate. Everything but its domain has a default. */
export interface FreshdeskAccountOptions {
  readonly domain: string
  readonly name?: string
  readonly plan?: Plan
  /** Instead of what the plan allows. */
  readonly limits?: RateLimits
  /** The key of its administrator; another of the seed's making unless told. */
  readonly apiKey?: string
  /** What statuses, sources, fields and survey it has. `shop` unless told. */
  readonly kind?: 'shop' | 'workshop'
  readonly contacts?: number
  readonly companies?: number
  readonly tickets?: number
  readonly seats?: number
  /** Whether what is done by the API sets off rules that are for agents. It does not, unless told. */
  readonly apiActsAsAgent?: boolean
}

/** How much an account begins with. */
export interface SeedSizes {
  readonly contacts: number
  readonly companies: number
  readonly tickets: number
}

const shop: Omit<Account, 'domain' | 'name' | 'plan' | 'limits' | 'seats' | 'apiActsAsAgent'> = {
  firstId: 43_000_000_000,
  offsetMinutes: 0,
  timeZone: 'London',
  statuses: [
    ...stockStatuses,
    { value: 8, label: 'Waiting on supplier', customerLabel: 'Being Processed', slaRuns: false },
    { value: 9, label: 'Ready for pickup', customerLabel: 'Ready for you', slaRuns: true },
  ],
  sources: [...stockSources, { value: 101, label: 'Shop counter' }],
  types: ['Question', 'Incident', 'Problem', 'Feature Request', 'Refund'],
  ticketFields: [
    { name: 'cf_order', label: 'Order', type: 'custom_text' },
    { name: 'cf_refund_cents', label: 'Refund in cents', type: 'custom_number' },
    { name: 'cf_fragile', label: 'Fragile', type: 'custom_checkbox' },
    { name: 'cf_carrier', label: 'Carrier', type: 'custom_dropdown', choices: ['Northpost', 'ParcelRun', 'BlueVan'] },
    { name: 'cf_promised_on', label: 'Promised on', type: 'custom_date' },
  ],
  contactFields: [
    { name: 'cf_loyalty', label: 'Loyalty', type: 'custom_dropdown', choices: ['none', 'silver', 'gold'] },
    { name: 'cf_orders', label: 'Orders', type: 'custom_number' },
  ],
  companyFields: [{ name: 'cf_credit_terms', label: 'Credit terms', type: 'custom_text' }],
  survey: 'custom',
}

const workshop: typeof shop = {
  firstId: 10_300_000_000_000,
  offsetMinutes: 330,
  timeZone: 'Chennai',
  statuses: [
    ...stockStatuses,
    { value: 8, label: 'In workshop', customerLabel: 'Being repaired', slaRuns: true },
    { value: 12, label: 'Escalated to vendor', customerLabel: 'Being Processed', slaRuns: false },
  ],
  sources: [...stockSources, { value: 13, label: 'WhatsApp' }],
  types: ['Repair', 'Question'],
  ticketFields: [
    {
      name: 'cf_root_cause',
      label: 'Root cause',
      type: 'custom_dropdown',
      choices: ['Wear', 'Misuse', 'Defect'],
      requiredForClosure: true,
    },
    { name: 'cf_serial', label: 'Serial number', type: 'custom_text' },
  ],
  contactFields: [],
  companyFields: [],
  survey: 'classic',
}

/** The account that options describe. */
export function accountOf(options: FreshdeskAccountOptions): Account {
  const { domain, plan = 'pro', seats = 12, apiActsAsAgent = false } = options
  const kind = options.kind === 'workshop' ? workshop : shop
  const name = options.name ?? domain
  return { ...kind, domain, name, plan, limits: options.limits ?? rateLimits[plan], seats, apiActsAsAgent }
}
