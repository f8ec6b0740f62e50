import { z } from 'zod'
import type { AccountClient } from '../../kit/account-client.ts'
import type { Subscribing } from '../../kit/contract.ts'
import { NotFoundError } from '../../kit/errors.ts'
import { readWire } from '../../kit/read-wire.ts'
import { wireId } from '../../kit/wire.ts'
import { readPages, unwrap } from './pages.ts'
import { PROVIDER } from './wire.ts'

const PATH = '/api/v2/webhooks'

/**
 * What is told of. All of these are in the reference by these names; one that Zendesk does not know would have it refuse
 * all of them. Source: "Webhook event types".
 */
const EVENTS = [
  'ticket.created',
  'ticket.comment_added',
  'ticket.comment_made_private',
  'ticket.comment_redacted',
  'ticket.status_changed',
  'ticket.custom_status_changed',
  'ticket.priority_changed',
  'ticket.type_changed',
  'ticket.subject_changed',
  'ticket.agent_assignment_changed',
  'ticket.group_assignment_changed',
  'ticket.requester_changed',
  'ticket.organization_changed',
  'ticket.tags_changed',
  'ticket.custom_field_changed',
  'ticket.merged',
  'ticket.marked_as_spam',
  'ticket.soft_deleted',
  'ticket.permanently_deleted',
  'ticket.undeleted',
  'messaging_ticket.message_added',
  'user.created',
  'user.deleted',
  'user.merged',
  'user.role_changed',
  'user.name_changed',
  'user.details_changed',
  'user.external_id_changed',
  'user.tags_changed',
  'user.identity_created',
  'organization.created',
  'organization.deleted',
  'organization.name_changed',
  'organization.external_id_changed',
  'organization.tags_changed',
].map((event) => `zen:event-type:${event}`)

const wireWebhook = z.looseObject({ id: wireId, endpoint: z.string().nullish() })

const wireSecret = z.looseObject({ signing_secret: z.looseObject({ secret: z.string().min(1) }) })

/** Our own note of a subscription. */
const wireMade = z.object({ id: z.string() })

const origin = { provider: PROVIDER, stream: 'webhooks' }

const read = (record: unknown): z.output<typeof wireWebhook> => readWire(wireWebhook, record, origin)

/** The webhook that calls the address already, made what it would be if it were new; or a new one. */
async function takeOrMake(client: AccountClient, url: string): Promise<string> {
  const wanted = { name: 'Switchboard', status: 'active', subscriptions: EVENTS }
  const { records } = await readPages(client, { path: PATH, name: 'webhooks' }, undefined)
  const known = records.map(read).find(({ endpoint }) => endpoint === url)
  if (known) {
    await client.request({ method: 'PATCH', path: `${PATH}/${known.id}`, body: { webhook: wanted }, safe: true })
    return known.id
  }
  const body = { webhook: { ...wanted, endpoint: url, http_method: 'POST', request_format: 'json' } }
  return read(unwrap((await client.request({ method: 'POST', path: PATH, body })).body, 'webhook')).id
}

/** Webhooks made by API, each with a secret that Zendesk chooses. Needs an administrator. Source: Webhooks API. */
export const subscription: Subscribing = {
  async subscribe(client, { url }) {
    const id = await takeOrMake(client, url)
    const answer = await client.request({ method: 'GET', path: `${PATH}/${id}/signing_secret` })
    return { made: { id }, secret: readWire(wireSecret, answer.body, origin).signing_secret.secret }
  },
  async unsubscribe(client, made) {
    const { id } = readWire(wireMade, made, origin)
    try {
      await client.request({ method: 'DELETE', path: `${PATH}/${id}` })
    } catch (error) {
      if (!(error instanceof NotFoundError)) throw error
    }
  },
}
