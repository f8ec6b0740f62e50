import { json } from '../../exchange.ts'
import { mustSee } from '../access.ts'
import type { Plan } from '../account.ts'
import { commentsOf } from '../acts/audit.ts'
import { addUpload } from '../acts/uploads.ts'
import { forbidden } from '../errors.ts'
import type { Ticket } from '../records.ts'
import {
  brandsOf,
  customStatusesOf,
  formsOf,
  localesOf,
  ownFieldsOf,
  policiesOf,
  renderGrant,
  renderJob,
  ticketFieldsOf,
} from '../render/account.ts'
import { renderAttachment } from '../render/ticket.ts'
import { found } from '../world.ts'
import { counted, idIn, idsOf, noContent } from './call.ts'
import type { ApiCall, Route, Routes } from './call.ts'
import { pageReply } from './paging.ts'

/** What an account is made of, jobs, uploads, and who was let in. */
export const accountRoutes: Routes = {
  ...readOnly('brands', 'brand', ({ world, base }) => brandsOf(world, base)),
  ...readOnly('custom_statuses', 'custom_status', ({ world }) => customStatusesOf(world)),
  ...readOnly('ticket_fields', 'ticket_field', ({ world, base }) => ticketFieldsOf(world, base)),
  ...readOnly('ticket_forms', 'ticket_form', ({ world, base }) => formsOf(world, base)),
  ...readOnly('user_fields', 'user_field', ({ world, base }) =>
    ownFieldsOf(world.account.userFields, 'user_fields', base),
  ),
  ...readOnly('organization_fields', 'organization_field', ({ world, base }) =>
    ownFieldsOf(world.account.organizationFields, 'organization_fields', base),
  ),
  'GET /ticket_forms/show_many': {
    needs: 'staff',
    resource: 'account',
    answer(call) {
      const wanted = new Set(idsOf(call))
      const rows = formsOf(call.world, call.base).filter(({ id }) => wanted.has(id))
      return pageReply(call, { name: 'ticket_forms', rows, render: (row) => row })
    },
  },
  'GET /locales': {
    needs: 'staff',
    resource: 'account',
    answer: ({ base }) => json({ locales: localesOf(base) }),
  },
  'GET /slas/policies': {
    needs: 'admin',
    resource: 'account',
    answer(call) {
      if (!hasPolicies(call.world.account.plan)) throw forbidden()
      return pageReply(call, {
        name: 'sla_policies',
        rows: policiesOf(call.world, call.base),
        render: (policy) => policy,
      })
    },
  },
  'GET /attachments/{attachment_id}': {
    needs: 'staff',
    resource: 'tickets',
    answer(call) {
      const id = idIn(call, 'attachment_id')
      const tickets = [...call.world.tickets.values()].filter((one) => !one.deleted)
      const ticket = tickets.find((one) => filesOf(one).some((file) => file.id === id))
      const file = found(ticket && filesOf(ticket).find((one) => one.id === id))
      if (ticket) mustSee(call.world, call.caller, ticket)
      return json({ attachment: renderAttachment(file, call.base) })
    },
  },
  'GET /ticket_fields/count': {
    needs: 'staff',
    resource: 'tickets',
    answer: (call) => counted(call, ticketFieldsOf(call.world, call.base).length),
  },
  'GET /account/settings': {
    needs: 'staff',
    resource: 'account',
    answer: ({ world }) =>
      json({
        settings: {
          active_features: { customer_satisfaction: true, ticket_forms: true, on_hold_status: true },
          api: { accepted_api_agreement: true, api_password_access: 'false', api_token_access: 'true' },
          brands: { default_brand_id: world.account.firstId + 1, require_brand_on_new_tickets: false },
          localization: { locale_ids: [1] },
        },
      }),
  },
  'GET /tags': {
    needs: 'staff',
    resource: 'tickets',
    answer(call) {
      const rows = tagsOf(call).map(([name, count]) => ({ id: name, name, count }))
      return pageReply(call, { name: 'tags', rows, render: ({ name, count }) => ({ name, count }) })
    },
  },
  'GET /tags/count': { needs: 'staff', resource: 'tickets', answer: (call) => counted(call, tagsOf(call).length) },
  'GET /autocomplete/tags': {
    needs: 'staff',
    resource: 'tickets',
    answer(call) {
      const begins = call.query.get('name') ?? ''
      return json({ tags: tagsOf(call).flatMap(([name]) => (name.startsWith(begins) ? [name] : [])) })
    },
  },
  'POST /uploads': {
    needs: 'staff',
    resource: 'tickets',
    answer(call) {
      const { query, world, base } = call
      const name = query.get('filename') ?? 'file'
      const upload = addUpload(world, { name, type: call.contentType, size: call.sentBytes, token: query.get('token') })
      const attachments = upload.attachments.map((one) => renderAttachment(one, base))
      return json({ upload: { token: upload.token, attachment: attachments.at(-1), attachments } }, 201)
    },
  },
  'DELETE /uploads/{token}': {
    needs: 'staff',
    resource: 'tickets',
    answer(call) {
      const { token } = found(call.world.uploads.get(call.params['token'] ?? ''))
      call.world.uploads.delete(token)
      return noContent
    },
  },
  'GET /job_statuses': {
    needs: 'staff',
    resource: 'account',
    answer: (call) =>
      json({ job_statuses: [...call.world.jobs.values()].slice(-100).map((job) => renderJob(job, call.base)) }),
  },
  'GET /job_statuses/show_many': {
    needs: 'staff',
    resource: 'account',
    answer(call) {
      const ids = (call.query.get('ids') ?? '').split(',')
      const jobs = [...call.world.jobs.values()].filter(({ id }) => ids.includes(id))
      return json({ job_statuses: jobs.map((job) => renderJob(job, call.base)) })
    },
  },
  'GET /job_statuses/{job_status_id}': {
    needs: 'staff',
    resource: 'account',
    answer: (call) =>
      json({ job_status: renderJob(found(call.world.jobs.get(call.params['job_status_id'] ?? '')), call.base) }),
  },
  'GET /oauth/tokens': {
    needs: 'staff',
    resource: 'account',
    answer(call) {
      const own = [...call.world.grants.values()].filter(({ userId }) => userId === call.caller.id)
      return json({ tokens: own.map((grant) => renderGrant(call.world, grant, call.base)) })
    },
  },
  'GET /oauth/tokens/{oauth_token_id}': {
    needs: 'staff',
    resource: 'account',
    answer: (call) => json({ token: renderGrant(call.world, grantOf(call), call.base) }),
  },
  'DELETE /oauth/tokens/{oauth_token_id}': {
    needs: 'staff',
    resource: 'account',
    answer(call) {
      call.world.grants.delete(grantOf(call).id)
      return noContent
    },
  },
}

/** By its number, or `current` for the one that is used. That the word works is not confirmed by a source. */
function grantOf(call: ApiCall) {
  const id = call.params['oauth_token_id'] === 'current' ? (call.grantId ?? 0) : idIn(call, 'oauth_token_id')
  const grant = found(call.world.grants.get(id))
  return found(grant.userId === call.caller.id || call.caller.role === 'admin' ? grant : undefined)
}

function readOnly(
  plural: string,
  singular: string,
  rowsOf: (call: ApiCall) => readonly { readonly id: number }[],
): Routes {
  const shared: Pick<Route, 'needs' | 'resource'> = { needs: 'staff', resource: 'account' }
  return {
    [`GET /${plural}`]: {
      ...shared,
      answer: (call) => pageReply(call, { name: plural, rows: rowsOf(call), render: (row) => row }),
    },
    [`GET /${plural}/{${singular}_id}`]: {
      ...shared,
      answer(call) {
        const id = idIn(call, `${singular}_id`)
        return json({ [singular]: found(rowsOf(call).find((row) => row.id === id)) })
      },
    },
  }
}

/** Policies come with Professional and above. Source: the reference's "SLA Policies". */
function hasPolicies(plan: Plan): boolean {
  return plan !== 'team' && plan !== 'growth'
}

function filesOf(ticket: Ticket) {
  return commentsOf(ticket).flatMap(({ comment }) => comment.attachments)
}

function tagsOf({ world }: ApiCall): [name: string, count: number][] {
  const counts = new Map<string, number>()
  for (const { tags, deleted } of world.tickets.values()) {
    if (!deleted) for (const tag of tags) counts.set(tag, (counts.get(tag) ?? 0) + 1)
  }
  return [...counts].toSorted(([left], [right]) => (left < right ? -1 : 1))
}
