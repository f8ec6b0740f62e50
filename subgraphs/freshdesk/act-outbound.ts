import { z } from 'zod'
import type { Actions, Content } from '../../kit/actions.ts'
import type { AccountClient } from '../../kit/account-client.ts'
import { readWire } from '../../kit/read-wire.ts'
import { wireNamed } from '../../kit/wire.ts'
import { refused } from './acting.ts'
import { toBody } from './act-threads.ts'
import { standing } from './act-tickets.ts'
import { PROVIDER, receive, wireContact } from './wire.ts'

/** The addresses that an account sends from. Source: Freshdesk API v2, "Email Configs". */
const wireEmailConfigs = z.array(
  z.looseObject({ id: z.number(), primary_role: z.boolean().nullish(), active: z.boolean().nullish() }),
)

/** The account's main address, or the first. @throws RejectedError it has none */
async function senderOf(client: AccountClient): Promise<number> {
  const answer = await client.request({ method: 'GET', path: '/email_configs' })
  const active = readWire(wireEmailConfigs, answer.body, { provider: PROVIDER, stream: 'email_configs' }).filter(
    (config) => config.active !== false,
  )
  const sender = active.find((config) => config.primary_role === true) ?? active[0]
  if (sender) return sender.id
  throw refused('contactRemoteId', 'The Freshdesk account has no address to send from.')
}

/** A mail without a subject is called by its first words. */
const MAX_SUBJECT = 80
const subjectOf = ({ text }: Content): string => text.trim().split('\n')[0]?.slice(0, MAX_SUBJECT) ?? 'Message'

/**
 * Writes to a contact first, by mail: Freshdesk makes a ticket of it, whose description is what was written. It is
 * closed until they answer, as outbound email is there.
 */
const messageContact: Actions['messageContact'] = async (client, { contactRemoteId, content, subject }) => {
  const path = `/contacts/${encodeURIComponent(contactRemoteId)}`
  const { wire } = receive(wireContact, (await client.request({ method: 'GET', path })).body, 'contacts')
  if (wire.email === null) throw refused('contactRemoteId', 'The contact has no email address to write to.')
  const body = {
    email: wire.email,
    subject: subject ?? subjectOf(content),
    description: toBody(content),
    email_config_id: await senderOf(client),
  }
  const answer = await client.request({ method: 'POST', path: '/tickets/outbound_email', body })
  return standing(client, receive(wireNamed, answer.body, 'tickets').wire.id)
}

/** Reaching out. */
export const outboundActions: Required<Pick<Actions, 'messageContact'>> = { messageContact }
