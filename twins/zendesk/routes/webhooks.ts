import { isRecord, json } from '../../exchange.ts'
import { plainText } from '../../plain-value.ts'
import { webhookError } from '../errors.ts'
import type { Webhook } from '../records.ts'
import { renderWebhook } from '../render/account.ts'
import { callForTest, testSecret } from '../webhooks/test-call.ts'
import { nowIn } from '../../world.ts'
import type { World } from '../world.ts'
import { noContent, wrapped } from './call.ts'
import type { ApiCall, Routes } from './call.ts'
import { pageReply } from './paging.ts'

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']
const formats = ['json', 'xml', 'form_encoded']
const byTriggers = 'conditional_ticket_events'

/** Webhooks: addresses that are told of events, or called by triggers, never both. */
export const webhookRoutes: Routes = {
  'GET /webhooks': {
    needs: 'admin',
    resource: 'webhooks',
    answer(call) {
      const query = new URLSearchParams({ 'page[size]': '100', ...Object.fromEntries(call.query) })
      const [status, name] = [query.get('filter[status]'), query.get('filter[name_contains]')]
      const rows = [...call.world.webhooks.values()].filter(
        (one) => (status === null || one.status === status) && (name === null || one.name.includes(name)),
      )
      return pageReply(
        { ...call, query },
        {
          name: 'webhooks',
          rows,
          render: renderWebhook,
          sorts: { id: (one) => one.id, name: (one) => one.name, status: (one) => one.status },
        },
      )
    },
  },
  'POST /webhooks': {
    needs: 'admin',
    resource: 'webhooks',
    answer(call) {
      const sent = wrapped(call, 'webhook')
      const webhook: Webhook = {
        ...newWebhook(call),
        id: `01${call.world.random.hex(24).toUpperCase()}`,
        subscriptions: subscriptionsIn(sent['subscriptions']),
        secret: newSecret(call.world),
      }
      write(webhook, sent)
      call.world.webhooks.set(webhook.id, webhook)
      return json({ webhook: renderWebhook(webhook) }, 201)
    },
  },
  'POST /webhooks/test': {
    needs: 'admin',
    resource: 'webhooks',
    answer: (call) => json({ test: { status: tested(call).status } }),
    outside: async (call) => json({ test: await callForTest(call.world, tested(call)) }),
  },
  'GET /webhooks/{webhook_id}': {
    needs: 'admin',
    resource: 'webhooks',
    answer: (call) => json({ webhook: renderWebhook(webhookOf(call)) }),
  },
  'PUT /webhooks/{webhook_id}': changing(),
  'PATCH /webhooks/{webhook_id}': changing(),
  'DELETE /webhooks/{webhook_id}': {
    needs: 'admin',
    resource: 'webhooks',
    answer(call) {
      const { id } = webhookOf(call)
      const isUsed = [...call.world.triggers.values()].some(
        ({ active, actions }) => active && actions.some(({ value }) => Array.isArray(value) && value[0] === id),
      )
      if (isUsed) throw webhookError(400, 'WebhookInUse', 'The webhook is used by an active trigger')
      call.world.webhooks.delete(id)
      return noContent
    },
  },
  'GET /webhooks/{webhook_id}/signing_secret': {
    needs: 'admin',
    resource: 'webhooks',
    answer: (call) => json(secretOf(webhookOf(call))),
  },
  'POST /webhooks/{webhook_id}/signing_secret': {
    needs: 'admin',
    resource: 'webhooks',
    answer(call) {
      const webhook = webhookOf(call)
      webhook.secret = newSecret(call.world)
      return json(secretOf(webhook), 201)
    },
  },
  'GET /webhooks/{webhook_id}/invocations': {
    needs: 'admin',
    resource: 'webhooks',
    answer(call) {
      const { id } = webhookOf(call)
      const query = new URLSearchParams({ 'page[size]': '100', ...Object.fromEntries(call.query) })
      const status = query.get('filter[status]')
      const rows = (call.invocations?.of(id) ?? []).filter((one) => status === null || one.status === status)
      return pageReply(
        { ...call, query },
        {
          name: 'invocations',
          rows,
          sorts: { latest_completed_at: (one) => one.completedAt },
          render: (one) => ({
            id: one.id,
            webhook_id: id,
            status: one.status,
            created_at: one.createdAt,
            latest_completed_at: one.completedAt,
            event_type: one.eventType,
            attempts_count: one.attempts.length,
          }),
        },
      )
    },
  },
  'GET /webhooks/{webhook_id}/invocations/{invocation_id}/attempts': {
    needs: 'admin',
    resource: 'webhooks',
    answer(call) {
      const invocation = call.invocations?.of(webhookOf(call).id).find(({ id }) => id === call.params['invocation_id'])
      if (!invocation) throw webhookError(404, 'InvocationNotFound', 'Invocation not found')
      const attempts = invocation.attempts.map(({ at, status }, index) => ({
        id: `${invocation.id}-${index + 1}`,
        invocation_id: invocation.id,
        status: status === null ? 'timeout' : status < 300 ? 'success' : status < 500 ? 'client error' : 'server error',
        ...(status === null ? {} : { response_code: status }),
        created_at: at,
      }))
      return json({ attempts })
    },
  },
}

function newWebhook(call: ApiCall): Webhook {
  const at = nowIn(call.world)
  const by = String(call.caller.id)
  return {
    id: '',
    name: '',
    description: null,
    endpoint: '',
    http_method: 'POST',
    request_format: 'json',
    status: 'active',
    subscriptions: [],
    authentication: null,
    custom_headers: null,
    secret: testSecret,
    created_at: at,
    created_by: by,
    updated_at: at,
    updated_by: by,
  }
}

/** The webhook a test calls: what was sent, over what is saved if it names one. @throws 400, 404 */
function tested(call: ApiCall): Webhook {
  const saved = call.query.get('webhook_id')
  const webhook = saved === null ? { ...newWebhook(call), name: 'Test' } : { ...webhookNamed(call, saved) }
  write(webhook, wrapped(call, 'webhook'))
  return webhook
}

function changing(): Routes[string] {
  return {
    needs: 'admin',
    resource: 'webhooks',
    answer(call) {
      const [webhook, sent] = [webhookOf(call), wrapped(call, 'webhook')]
      const asked = sent['subscriptions']
      if (
        asked !== undefined &&
        (subscriptionsIn(asked)[0] === byTriggers) !== (webhook.subscriptions[0] === byTriggers)
      ) {
        throw webhookError(
          400,
          'InvalidSubscriptions',
          'A webhook of events cannot become one of triggers, nor the other way around',
        )
      }
      const draft = { ...webhook, ...(asked === undefined ? {} : { subscriptions: subscriptionsIn(asked) }) }
      write(draft, sent)
      draft.updated_at = nowIn(call.world)
      draft.updated_by = String(call.caller.id)
      Object.assign(webhook, draft)
      return noContent
    },
  }
}

/** @throws 400 */
function write(webhook: Webhook, sent: Readonly<Record<string, unknown>>): void {
  const { name, endpoint, http_method: method, request_format: format, status, description } = sent
  if (typeof name === 'string') webhook.name = name
  if (typeof endpoint === 'string') webhook.endpoint = endpoint
  if (typeof method === 'string') webhook.http_method = method
  if (typeof format === 'string') webhook.request_format = format
  if (typeof description === 'string') webhook.description = description
  if (status === 'active' || status === 'inactive') webhook.status = status
  if (isRecord(sent['authentication'])) webhook.authentication = sent['authentication']
  const headers = sent['custom_headers']
  if (isRecord(headers)) {
    webhook.custom_headers = Object.fromEntries(
      Object.entries(headers).map(([header, value]) => [header, plainText(value)]),
    )
  }
  const invalid = (field: string) => webhookError(400, 'InvalidParameter', `webhook ${field} is not valid`)
  if (webhook.name === '') throw invalid('name')
  if (!URL.canParse(webhook.endpoint) || !/^https?:/.test(webhook.endpoint)) throw invalid('endpoint')
  if (!methods.includes(webhook.http_method)) throw invalid('http_method')
  if (!formats.includes(webhook.request_format)) throw invalid('request_format')
  const isOfEvents = webhook.subscriptions.some((one) => one !== byTriggers)
  if (isOfEvents && (webhook.http_method !== 'POST' || webhook.request_format !== 'json')) throw invalid('http_method')
}

/** Events, or the calls of triggers. @throws 400 both, or what is no event */
function subscriptionsIn(sent: unknown): string[] {
  const list: unknown[] = Array.isArray(sent) ? sent : []
  const names = list.map(plainText)
  if (names.some((name) => name !== byTriggers && !/^zen:event-type:[a-z_]+\.[a-z_]+$/.test(name))) {
    throw webhookError(400, 'InvalidSubscriptions', 'subscriptions must be event types or conditional_ticket_events')
  }
  if (names.includes(byTriggers) && names.length > 1) {
    throw webhookError(400, 'InvalidSubscriptions', 'A webhook has event types or conditional_ticket_events, not both')
  }
  return names.length === 0 ? [byTriggers] : names
}

function webhookOf(call: ApiCall): Webhook {
  return webhookNamed(call, call.params['webhook_id'] ?? '')
}

function webhookNamed({ world }: ApiCall, id: string): Webhook {
  const webhook = world.webhooks.get(id)
  if (!webhook) throw webhookError(404, 'WebhookNotFound', 'Webhook not found')
  return webhook
}

function newSecret(world: World): string {
  return Buffer.from(world.random.hex(32)).toString('base64')
}

function secretOf({ secret }: Webhook) {
  return { signing_secret: { algorithm: 'SHA256', secret } }
}
