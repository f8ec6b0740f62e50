import type { Stream } from '../../kit/contract.ts'
import { definitions } from './read-definitions.ts'
import { organizations } from './read-organizations.ts'
import { ratings } from './read-ratings.ts'
import { agents, groups } from './read-staff.ts'
import { tickets } from './read-tickets.ts'
import { users } from './read-users.ts'

/** What is mirrored of Zendesk, what others refer to first. */
export const streams: readonly Stream[] = [definitions, groups, agents, organizations, users, tickets, ratings]
