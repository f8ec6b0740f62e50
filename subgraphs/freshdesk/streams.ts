import type { Stream } from '../../kit/contract.ts'
import { companies, ratings, timeEntries } from './read-changed.ts'
import { contacts } from './read-contacts.ts'
import { businessHours, fields, products, slaPolicies } from './read-definitions.ts'
import { tickets } from './read-tickets.ts'
import { agents, groups } from './read-whole.ts'

/** What is mirrored of Freshdesk, what others refer to first. */
export const streams: readonly Stream[] = [
  fields,
  products,
  slaPolicies,
  businessHours,
  groups,
  agents,
  companies,
  contacts,
  tickets,
  ratings,
  timeEntries,
]
