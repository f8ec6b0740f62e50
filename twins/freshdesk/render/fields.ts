import { priorities } from '../account.ts'
import type { Account, CustomField } from '../account.ts'

/** When fields were made. They never change here. */
const madeAt = '2020-01-01T00:00:00Z'

interface FieldSeed {
  readonly name: string
  readonly label: string
  readonly type: string
  readonly default: boolean
  readonly choices?: unknown
  readonly requiredForClosure?: boolean
}

/** The fields of tickets: the stock ones, with the account's statuses, priorities, sources and types, and its own. */
export function ticketFields(account: Account) {
  const stock: FieldSeed[] = [
    { name: 'requester', label: 'Search a requester', type: 'default_requester', default: true },
    { name: 'subject', label: 'Subject', type: 'default_subject', default: true },
    {
      name: 'ticket_type',
      label: 'Type',
      type: 'default_ticket_type',
      default: true,
      choices: account.types,
    },
    {
      name: 'source',
      label: 'Source',
      type: 'default_source',
      default: true,
      choices: numbersByLabel(account.sources),
    },
    { name: 'status', label: 'Status', type: 'default_status', default: true, choices: statusChoices(account) },
    {
      name: 'priority',
      label: 'Priority',
      type: 'default_priority',
      default: true,
      choices: numbersByLabel(priorities),
    },
    { name: 'group', label: 'Group', type: 'default_group', default: true },
    { name: 'agent', label: 'Agent', type: 'default_agent', default: true },
    { name: 'product', label: 'Product', type: 'default_product', default: true },
    { name: 'description', label: 'Description', type: 'default_description', default: true },
    { name: 'company', label: 'Company', type: 'default_company', default: true },
  ]
  return render(account, [...stock, ...account.ticketFields.map(custom)], 0)
}

/** The fields of contacts. */
export function contactFields(account: Account) {
  const stock = ['name', 'job_title', 'email', 'phone', 'mobile', 'company_name', 'address', 'language', 'time_zone']
  return render(account, [...stock.map(plain), ...account.contactFields.map(custom)], 100)
}

/** The fields of companies. */
export function companyFields(account: Account) {
  const stock = ['name', 'description', 'note', 'domains', 'health_score', 'account_tier', 'renewal_date', 'industry']
  return render(account, [...stock.map(plain), ...account.companyFields.map(custom)], 200)
}

function render(account: Account, seeds: readonly FieldSeed[], from: number) {
  return seeds.map((seed, index) => ({
    id: account.firstId + 9_000_000 + from + index,
    name: seed.name,
    label: seed.label,
    label_for_customers: seed.label,
    description: null,
    position: index + 1,
    type: seed.type,
    default: seed.default,
    required_for_closure: seed.requiredForClosure === true,
    required_for_agents: seed.name === 'requester' || seed.name === 'name',
    required_for_customers: seed.name === 'requester' || seed.name === 'name',
    customers_can_edit: seed.default,
    displayed_to_customers: seed.default,
    created_at: madeAt,
    updated_at: madeAt,
    ...(seed.choices === undefined ? {} : { choices: seed.choices }),
  }))
}

function custom(field: CustomField): FieldSeed {
  const { name, label, type, choices, requiredForClosure = false } = field
  return { name, label, type, default: false, requiredForClosure, ...(choices ? { choices } : {}) }
}

function plain(name: string): FieldSeed {
  return { name, label: name.replaceAll('_', ' '), type: `default_${name}`, default: true }
}

/** `{"Low":1}`. */
function numbersByLabel(choices: Account['sources']): Record<string, number> {
  return Object.fromEntries(choices.map(({ label, value }) => [label, value]))
}

/** `{"2":["Open","Being Processed"]}`. */
function statusChoices({ statuses }: Account): Record<string, readonly string[]> {
  return Object.fromEntries(statuses.map(({ value, label, customerLabel }) => [String(value), [label, customerLabel]]))
}
