import type { Acting } from '../../kit/actions.ts'
import type { AccountClient, Answer, Call } from '../../kit/account-client.ts'
import { RejectedError } from '../../kit/errors.ts'
import type { Json, Priority, TicketStatus } from '../../store/kinds.ts'
import { PROVIDER } from './wire.ts'
import { priorityNumber, statusNumber } from './words.ts'

/** What is sent: only fields that Freshdesk knows, since it refuses a call for any other. */
export type Body = { readonly [key: string]: Json }

/** The fields that were told: undefined leaves one as it is. */
export const told = (fields: Readonly<Record<string, Json | undefined>>): Body =>
  Object.fromEntries(Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])))

/** Refuses what was asked of a field of the contract's inputs, in words for whoever asked. */
export const refused = (field: string, reason: string): RejectedError =>
  new RejectedError(PROVIDER, `${field} is refused`, field, reason)

/** An id as Freshdesk wants it in a body. @throws RejectedError it is none of Freshdesk's */
export function numberOf(remoteId: string, field: string): number {
  const id = Number(remoteId)
  if (Number.isSafeInteger(id) && id > 0) return id
  throw refused(field, 'There is no such record in this Freshdesk account.')
}

/** A reference in a body; null empties it, undefined leaves it. */
export function referenceOf(remoteId: string | null | undefined, field: string): number | null | undefined {
  return remoteId === null || remoteId === undefined ? remoteId : numberOf(remoteId, field)
}

/** @throws RejectedError Freshdesk has no status of that meaning */
export function toStatus(status: TicketStatus | undefined): number | undefined {
  if (status === undefined) return undefined
  const number = statusNumber(status)
  if (number !== null) return number
  throw refused('status', `Freshdesk has no status ${status}; it has OPEN, PENDING, ON_HOLD, SOLVED and CLOSED.`)
}

/** @throws RejectedError Freshdesk has no such priority */
export function toPriority(priority: Priority | undefined): number | undefined {
  if (priority === undefined) return undefined
  const number = priorityNumber(priority)
  if (number !== null) return number
  throw refused('priority', `Freshdesk has no priority ${priority}; it has LOW, MEDIUM, HIGH and URGENT.`)
}

/** Who speaks: the agent that is named, else the key's own. Everything but words is done by the key's agent, whoever asks. */
export const speaker = (client: AccountClient, { agentRemoteId }: Pick<Acting, 'agentRemoteId'>): Body => {
  const id = agentRemoteId ?? client.settings.actorRemoteId
  return id === null ? {} : { user_id: numberOf(id, 'agentRemoteId') }
}

const isRecord = (value: Json | undefined): value is Body =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * Sends what is to be written. A field of the account's own is refused under its own name, which nobody can tell from
 * Freshdesk's: whoever asked finds it under `customFields`.
 */
export async function write(client: AccountClient, call: Call & { readonly body: Body }): Promise<Answer> {
  try {
    return await client.request(call)
  } catch (error) {
    const custom = call.body['custom_fields']
    const isOwn = error instanceof RejectedError && isRecord(custom) && Object.hasOwn(custom, error.field ?? '')
    throw isOwn
      ? new RejectedError(PROVIDER, 'a custom field is refused', 'customFields', error.reason, { cause: error })
      : error
  }
}
