import type { Actions, Outcome, Taggable } from '../../kit/actions.ts'
import type { AccountClient } from '../../kit/account-client.ts'
import { z } from 'zod'
import { UnsupportedError } from '../../kit/errors.ts'
import { refused } from './acting.ts'
import { standing } from './act-tickets.ts'
import { fromContact } from './read-contacts.ts'
import { ticketPath } from './read-ticket.ts'
import { PROVIDER, receive, wireTags } from './wire.ts'

/** Longer ones are cut, or refused. Source: Freshdesk API v2, "Tickets". */
const MAX_TAG = 32

const wireTagged = z.looseObject({ tags: wireTags })

function pathOf({ kind, remoteId }: Taggable): string {
  if (kind === 'ticket') return ticketPath(remoteId)
  if (kind === 'contact') return `/contacts/${encodeURIComponent(remoteId)}`
  throw new UnsupportedError(PROVIDER, `a ${kind} has no tags`)
}

/** Freshdesk takes only all tags at once: they are read, changed and written back. Between the two, others may write. */
async function retag(
  client: AccountClient,
  target: Taggable,
  change: (tags: readonly string[]) => readonly string[],
): Promise<Outcome> {
  const path = pathOf(target)
  const { tags } = receive(wireTagged, (await client.request({ method: 'GET', path })).body, `${target.kind}s`).wire
  const changed = change(tags)
  const isSame = changed.length === tags.length && changed.every((tag) => tags.includes(tag))
  const answer = await client.request(
    isSame ? { method: 'GET', path } : { method: 'PUT', path, body: { tags: changed } },
  )
  if (target.kind === 'ticket') return standing(client, target.remoteId)
  return { changes: fromContact(answer.body, 'active'), subject: target }
}

const tag: Actions['tag'] = async (client, { target, name }) => {
  if (name.length > MAX_TAG || name.includes(',')) {
    throw refused('name', `A tag of Freshdesk has at most ${MAX_TAG} letters and no comma.`)
  }
  const isSame = (each: string): boolean => each.toLowerCase() === name.toLowerCase()
  return retag(client, target, (tags) => (tags.some(isSame) ? tags : [...tags, name]))
}

const untag: Actions['untag'] = (client, { target, tagRemoteId }) =>
  retag(client, target, (tags) => tags.filter((each) => each !== tagRemoteId))

/** Tagging of tickets and contacts. */
export const tagActions: Required<Pick<Actions, 'tag' | 'untag'>> = { tag, untag }
