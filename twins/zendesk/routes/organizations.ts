import { json } from '../../exchange.ts'
import type { TwinReply } from '../../exchange.ts'
import { stepsOf } from '../acts/jobs.ts'
import {
  createOrganization,
  deleteOrganization,
  mergeOrganizations,
  updateOrganization,
} from '../acts/organizations.ts'
import type { JobStep, Organization } from '../records.ts'
import { renderOrganization } from '../render/people.ts'
import { getOrganization } from '../world.ts'
import { actor, counted, idIn, noContent, wrapped, wrappedList } from './call.ts'
import type { ApiCall, Routes } from './call.ts'
import { pageReply } from './paging.ts'
import { jobReply, listedTickets, ticketPage } from './tickets.ts'
import { userPage } from './users.ts'

/** Organizations. */
export const organizationRoutes: Routes = {
  'GET /organizations': { needs: 'staff', resource: 'organizations', answer: (call) => page(call, alive(call)) },
  'GET /organizations/count': {
    needs: 'staff',
    resource: 'organizations',
    answer: (call) => counted(call, alive(call).length),
  },
  'GET /organizations/show_many': {
    needs: 'staff',
    resource: 'organizations',
    answer: (call) => page(call, named(call)),
  },
  'GET /organizations/search': {
    needs: 'staff',
    resource: 'organizations',
    answer(call) {
      const [name, externalId] = [call.query.get('name')?.toLowerCase(), call.query.get('external_id')]
      return page(
        call,
        alive(call).filter(
          (one) => one.name.toLowerCase() === name || (externalId !== null && one.external_id === externalId),
        ),
      )
    },
  },
  'GET /organizations/autocomplete': {
    needs: 'staff',
    resource: 'organizations',
    answer: (call) =>
      page(
        call,
        alive(call).filter((one) => one.name.toLowerCase().startsWith((call.query.get('name') ?? '').toLowerCase())),
      ),
  },
  'POST /organizations': {
    needs: 'admin',
    resource: 'organizations',
    answer(call) {
      const made = createOrganization(call.world, actor(call), wrapped(call, 'organization'))
      return json({ organization: renderOrganization(made, call.base) }, 201)
    },
  },
  'POST /organizations/create_or_update': {
    needs: 'admin',
    resource: 'organizations',
    answer(call) {
      const fields = wrapped(call, 'organization')
      const known = alive(call).find(
        (one) => one.id === fields['id'] || (one.external_id !== null && one.external_id === fields['external_id']),
      )
      if (known) updateOrganization(call.world, known, actor(call), fields)
      const organization = known ?? createOrganization(call.world, actor(call), fields)
      return json({ organization: renderOrganization(organization, call.base) }, known ? 200 : 201)
    },
  },
  'POST /organizations/create_many': {
    needs: 'admin',
    resource: 'organizations',
    answer(call) {
      const steps = wrappedList(call, 'organizations').map((organization): JobStep => ({
        method: 'POST',
        path: '/organizations',
        body: { organization },
        action: 'create',
      }))
      return jobReply(call, 'Bulk Create Organization', steps)
    },
  },
  'PUT /organizations/update_many': {
    needs: 'admin',
    resource: 'organizations',
    answer(call) {
      const body = { organization: wrapped(call, 'organization') }
      const paths = named(call).map(({ id }) => `/organizations/${id}`)
      return jobReply(call, 'Bulk Update Organization', stepsOf(paths, { method: 'PUT', action: 'update', body }))
    },
  },
  'DELETE /organizations/destroy_many': {
    needs: 'admin',
    resource: 'organizations',
    answer: (call) =>
      jobReply(
        call,
        'Bulk Delete Organization',
        stepsOf(
          named(call).map(({ id }) => `/organizations/${id}`),
          { method: 'DELETE', action: 'delete' },
        ),
      ),
  },
  'GET /organizations/{organization_id}': {
    needs: 'staff',
    resource: 'organizations',
    answer: (call) => json({ organization: renderOrganization(organizationOf(call), call.base) }),
  },
  'PUT /organizations/{organization_id}': {
    needs: 'admin',
    resource: 'organizations',
    answer(call) {
      const organization = organizationOf(call)
      updateOrganization(call.world, organization, actor(call), wrapped(call, 'organization'))
      return json({ organization: renderOrganization(organization, call.base) })
    },
  },
  'DELETE /organizations/{organization_id}': {
    needs: 'admin',
    resource: 'organizations',
    answer(call) {
      deleteOrganization(call.world, organizationOf(call), actor(call))
      return noContent
    },
  },
  'POST /organizations/{organization_id}/merge': {
    needs: 'admin',
    resource: 'organizations',
    answer(call) {
      const loser = organizationOf(call)
      const winner = getOrganization(call.world, Number(wrapped(call, 'organization_merge')['winner_id']))
      mergeOrganizations(call.world, loser, winner, actor(call))
      const id = `${loser.id}-${winner.id}`
      const url = `${call.base}/api/v2/organization_merges/${id}.json`
      return json({ organization_merge: { id, loser_id: loser.id, winner_id: winner.id, status: 'complete', url } })
    },
  },
  'GET /organizations/{organization_id}/tickets': {
    needs: 'staff',
    resource: 'organizations',
    answer(call) {
      const { id } = organizationOf(call)
      return ticketPage(
        call,
        listedTickets(call).filter((ticket) => ticket.organization_id === id),
      )
    },
  },
  'GET /organizations/{organization_id}/users': {
    needs: 'staff',
    resource: 'organizations',
    answer(call) {
      const { id } = organizationOf(call)
      return userPage(
        call,
        [...call.world.users.values()].filter((user) => user.active && user.organization_id === id),
      )
    },
  },
}

function organizationOf(call: ApiCall): Organization {
  return getOrganization(call.world, idIn(call, 'organization_id'))
}

function alive({ world }: ApiCall): Organization[] {
  return [...world.organizations.values()].filter(({ deleted_at }) => deleted_at === null)
}

function named(call: ApiCall): Organization[] {
  const ids = new Set((call.query.get('ids') ?? '').split(',').map(Number))
  const external = new Set((call.query.get('external_ids') ?? '').split(','))
  return alive(call).filter((one) => ids.has(one.id) || (one.external_id !== null && external.has(one.external_id)))
}

function page(call: ApiCall, rows: readonly Organization[]): TwinReply {
  return pageReply(call, {
    name: 'organizations',
    rows,
    render: (one) => renderOrganization(one, call.base),
    sorts: { name: (one) => one.name },
  })
}
