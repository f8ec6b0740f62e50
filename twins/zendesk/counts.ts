import type { World } from './world.ts'

/** How much there is in an account. */
export interface WorldCounts {
  readonly tickets: number
  readonly deletedTickets: number
  readonly archivedTickets: number
  readonly comments: number
  readonly users: number
  readonly organizations: number
  readonly ratings: number
  readonly webhooks: number
  readonly triggers: number
  readonly grants: number
  readonly queuedJobs: number
}

/** Counts what an account holds, as it is now. */
export function countWorld(world: World): WorldCounts {
  const tickets = [...world.tickets.values()]
  return {
    tickets: tickets.filter(({ deleted }) => !deleted).length,
    deletedTickets: tickets.filter(({ deleted }) => deleted).length,
    archivedTickets: tickets.filter(({ archived }) => archived).length,
    comments: tickets
      .flatMap(({ audits }) => audits.flatMap(({ events }) => events))
      .filter(({ type }) => type === 'Comment').length,
    users: [...world.users.values()].filter(({ active }) => active).length,
    organizations: [...world.organizations.values()].filter(({ deleted_at }) => deleted_at === null).length,
    ratings: world.ratings.size,
    webhooks: world.webhooks.size,
    triggers: world.triggers.size,
    grants: world.grants.size,
    queuedJobs: [...world.jobs.values()].filter(({ status }) => status === 'queued').length,
  }
}
