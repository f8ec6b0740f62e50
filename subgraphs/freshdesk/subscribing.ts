import { z } from 'zod'
import type { AccountClient } from '../../kit/account-client.ts'
import type { DeliveryAddress, Subscribing } from '../../kit/contract.ts'
import { NotFoundError } from '../../kit/errors.ts'
import { readWire } from '../../kit/read-wire.ts'
import { wireId } from '../../kit/wire.ts'
import type { Json } from '../../store/kinds.ts'
import { SECRET_HEADER, TEMPLATE } from './template.ts'
import { PROVIDER } from './wire.ts'

/** The automations that rules stand in, by number. Source: Freshdesk API v2, "Automations". */
const AUTOMATIONS = [
  { type: 1, name: 'Switchboard: new tickets', events: [] },
  {
    type: 4,
    name: 'Switchboard: changed tickets',
    events: ['ticket_action', 'reply_sent', 'note_type', 'customer_feedback'],
  },
] as const
type Automation = (typeof AUTOMATIONS)[number]

/** Agents and requesters alike; what the system does by itself comes by the next sync. */
const ANYBODY = { type: 3 }

const wireRule = z.looseObject({
  id: wireId,
  actions: z.array(z.looseObject({ url: z.string().nullish() })).nullish(),
})
const wireRules = z.looseObject({ rules: z.array(wireRule) })

/** What is kept of a subscription. */
const madeShape = z.object({ rules: z.array(z.object({ type: z.number(), id: z.string() })) })

const pathOf = (type: number, id?: string): string =>
  `/automations/${type}/rules${id === undefined ? '' : `/${encodeURIComponent(id)}`}`

/**
 * A rule that calls our address. The names in its action are the reference's, and no source confirms all of them: where
 * Freshdesk refuses it, a person makes the same rule by hand.
 */
function ruleOf({ name, events }: Automation, { url, secret }: DeliveryAddress): Json {
  return {
    name,
    active: true,
    performer: ANYBODY,
    events: events.map((field_name) => ({ field_name })),
    conditions: [],
    actions: [
      {
        field_name: 'trigger_webhook',
        request_type: 'POST',
        url,
        custom_headers: { [SECRET_HEADER]: secret },
        content: { content_type: 'JSON', content_layout: 'advanced', body: TEMPLATE },
      },
    ],
  }
}

/** Makes the rule, or brings the one that calls the same address up to date. */
async function makeRule(client: AccountClient, automation: Automation, address: DeliveryAddress): Promise<string> {
  const origin = { provider: PROVIDER, stream: 'automations' }
  const { type } = automation
  const listed = await client.request({ method: 'GET', path: pathOf(type) })
  const own = readWire(wireRules, listed.body, origin).rules.find(
    ({ actions }) => actions?.some(({ url }) => url === address.url) === true,
  )
  const body = ruleOf(automation, address)
  const answer = own
    ? await client.request({ method: 'PUT', path: pathOf(type, own.id), body })
    : await client.request({ method: 'POST', path: pathOf(type), body })
  return readWire(wireRule, answer.body, origin).id
}

/** Two automation rules: one of new tickets, one of changed ones. */
export const subscription: Subscribing = {
  async subscribe(client, address) {
    const rules = []
    for (const automation of AUTOMATIONS) {
      rules.push({ type: automation.type, id: await makeRule(client, automation, address) })
    }
    return { made: { rules }, secret: null }
  },
  async unsubscribe(client, made) {
    const { rules } = readWire(madeShape, made, { provider: PROVIDER, stream: 'subscription' })
    for (const { type, id } of rules) {
      try {
        await client.request({ method: 'DELETE', path: pathOf(type, id) })
      } catch (error) {
        if (!(error instanceof NotFoundError)) throw error
      }
    }
  },
}
