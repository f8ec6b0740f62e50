import type { Ticket } from '../records.ts'
import { brandsOf } from '../render/account.ts'
import { metricsOf } from '../render/metrics.ts'
import { renderGroup, renderOrganization, renderUser } from '../render/people.ts'
import type { ApiCall } from './call.ts'
import { includesOf } from './call.ts'

/** What tickets can have beside them: people, groups, organizations, brands, metrics, and how often they were commented. */
export function besideTickets(call: ApiCall): (tickets: readonly Ticket[]) => Record<string, unknown> {
  const include = includesOf(call)
  const { world, base } = call
  return (tickets) => {
    const beside: Record<string, unknown> = {}
    if (include.has('users')) {
      const ids = tickets.flatMap((one) => [
        one.requester_id,
        one.submitter_id,
        one.assignee_id,
        ...one.collaborator_ids,
      ])
      beside['users'] = rowsOf(ids, world.users).map((user) => renderUser(user, base))
    }
    if (include.has('groups')) {
      const ids = tickets.map(({ group_id }) => group_id)
      beside['groups'] = rowsOf(ids, world.groups).map((group) => renderGroup(group, base))
    }
    if (include.has('organizations')) {
      const ids = tickets.map(({ organization_id }) => organization_id)
      beside['organizations'] = rowsOf(ids, world.organizations).map((one) => renderOrganization(one, base))
    }
    if (include.has('brands')) beside['brands'] = brandsOf(world, base)
    if (include.has('metric_sets')) beside['metric_sets'] = tickets.map((ticket) => metricsOf(world, ticket, base))
    return beside
  }
}

/** What people can have beside them. */
export function besideUsers(
  call: ApiCall,
): (users: readonly { readonly organization_id: number | null }[]) => Record<string, unknown> {
  const include = includesOf(call)
  const { world, base } = call
  return (users) => {
    if (!include.has('organizations')) return {}
    const ids = users.map(({ organization_id }) => organization_id)
    return { organizations: rowsOf(ids, world.organizations).map((one) => renderOrganization(one, base)) }
  }
}

/** Each of some rows once, as far as they are there. */
export function rowsOf<Row>(ids: readonly (number | null)[], rows: ReadonlyMap<number, Row>): Row[] {
  return [...new Set(ids)].flatMap((id) => {
    const row = id === null ? undefined : rows.get(id)
    return row === undefined ? [] : [row]
  })
}
