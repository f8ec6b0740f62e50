import type { Content, CustomValues } from '../../kit/actions.ts'
import { RejectedError } from '../../kit/errors.ts'
import { toHtml } from '../../kit/html.ts'
import type { Json } from '../../store/kinds.ts'
import { PROVIDER } from './wire.ts'

/** What is sent. */
export type Body = { readonly [key: string]: Json }

/** The fields that were told: undefined leaves one as it is. */
export const told = (fields: Readonly<Record<string, Json | undefined>>): Body =>
  Object.fromEntries(Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])))

/** Refuses what was asked of a field of the contract's inputs, in words for whoever asked. */
export const refused = (field: string, reason: string): RejectedError =>
  new RejectedError(PROVIDER, `${field} is refused`, field, reason)

/** An id as Zendesk wants it in a body. @throws RejectedError it is none of Zendesk's */
export function numberOf(remoteId: string, field: string): number {
  const id = Number(remoteId)
  if (Number.isSafeInteger(id) && id > 0) return id
  throw refused(field, 'There is no such record in this Zendesk account.')
}

/** A reference in a body; null empties it, undefined leaves it. */
export function referenceOf(remoteId: string | null | undefined, field: string): number | null | undefined {
  return remoteId === null || remoteId === undefined ? remoteId : numberOf(remoteId, field)
}

/**
 * A comment that shows exactly what was typed.
 *
 * Zendesk takes files only as uploads of their bytes, which nothing here fetches: their addresses are put below the text
 * instead, where whoever reads it can open them.
 */
export function toComment(
  content: Content,
  how: { readonly isPublic: boolean; readonly agentRemoteId: string | null },
): Body {
  const files = content.attachmentUrls.map((url) => toHtml(url)).join('')
  return {
    html_body: `${toHtml(content.text)}${files}`,
    public: how.isPublic,
    // Who speaks. Everything but words is done by whose credential it is.
    ...(how.agentRemoteId === null ? {} : { author_id: numberOf(how.agentRemoteId, 'agentId') }),
  }
}

/** Fields of the account's own on a ticket: by their ids. @throws RejectedError a key that is no id */
export function toTicketFields(values: CustomValues | undefined): Json | undefined {
  if (values === undefined) return undefined
  return Object.entries(values).map(([key, value]) => {
    if (!/^\d{1,15}$/.test(key)) throw refused('customFields', `The account has no ticket field "${key}".`)
    return { id: Number(key), value }
  })
}
