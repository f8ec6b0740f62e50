import type { Stream } from '../../kit/contract.ts'
import { companies } from './read-companies.ts'
import { contacts } from './read-contacts.ts'
import { conversations } from './read-conversations.ts'
import { definitions } from './read-definitions.ts'
import { tickets } from './read-tickets.ts'
import { admins, tags, teams } from './read-whole.ts'

/** What is mirrored of Intercom, what others refer to first. */
export const streams: readonly Stream[] = [
  definitions,
  admins,
  teams,
  tags,
  companies,
  contacts,
  conversations,
  tickets,
]
