import { z } from 'zod'
import type { Actions, Outcome, Taggable } from '../../kit/actions.ts'
import type { AccountClient } from '../../kit/account-client.ts'
import { UnsupportedError } from '../../kit/errors.ts'
import { readBack } from '../../kit/read-back.ts'
import { readWire } from '../../kit/read-wire.ts'
import type { Change } from '../../store/change.ts'
import { refused } from './acting.ts'
import { ConflictError } from './judge.ts'
import { recordIn } from './pages.ts'
import { readOrganization } from './read-organizations.ts'
import { readTicket, ticketPath } from './read-ticket.ts'
import { readUser } from './read-users.ts'
import { PROVIDER, wireTags } from './wire.ts'

/** How often a ticket is read again because somebody else changed it meanwhile. */
const MOST_CONFLICTS = 5

const wireStamped = z.looseObject({ updated_at: z.string() })
const wireTagged = z.looseObject({ tags: wireTags })

const origin = { provider: PROVIDER, stream: 'tags' }

/** A tag has neither spaces nor commas, and is in small letters. @throws RejectedError it would become another */
function toName(name: string): string {
  const tag = name.trim().toLowerCase()
  if (tag === '' || /[\s,]/.test(tag)) throw refused('name', 'A tag of Zendesk has neither spaces nor commas.')
  return tag
}

/**
 * Adds a tag to a ticket, or takes it away: only if nobody changed the ticket since it was read, else the tags of two at
 * the same time would be those of one. Source: "Tags", Safe Update.
 */
async function tagTicket(client: AccountClient, remoteId: string, act: { method: 'PUT' | 'DELETE'; tag: string }) {
  for (let conflicts = 0; ; conflicts += 1) {
    const record = await recordIn(client, { path: ticketPath(remoteId), name: 'ticket' })
    const { updated_at } = readWire(wireStamped, record, origin)
    const body = { tags: [act.tag], updated_stamp: updated_at, safe_update: 'true' }
    try {
      return await client.request({ method: act.method, path: `${ticketPath(remoteId)}/tags`, body })
    } catch (error) {
      if (!(error instanceof ConflictError) || conflicts >= MOST_CONFLICTS) throw error
    }
  }
}

/** People and organizations have their tags as a field: read, and written as a whole. */
async function tagRecord(
  client: AccountClient,
  record: { readonly path: string; readonly name: 'user' | 'organization' },
  change: (tags: readonly string[]) => readonly string[],
): Promise<void> {
  const { tags } = readWire(wireTagged, await recordIn(client, record), origin)
  const body = { [record.name]: { tags: [...new Set(change(tags ?? []))] } }
  await client.request({ method: 'PUT', path: record.path, body })
}

function readTarget(client: AccountClient, { kind, remoteId }: Taggable): Promise<readonly Change[]> {
  if (kind === 'ticket') return readTicket(client, remoteId)
  return kind === 'company' ? readOrganization(client, remoteId) : readUser(client, remoteId)
}

async function retag(
  client: AccountClient,
  target: Taggable,
  act: { method: 'PUT' | 'DELETE'; tag: string },
): Promise<Outcome> {
  const { kind, remoteId } = target
  const id = encodeURIComponent(remoteId)
  const change = (tags: readonly string[]): readonly string[] =>
    act.method === 'PUT' ? [...tags, act.tag] : tags.filter((tag) => tag !== act.tag)
  switch (kind) {
    case 'ticket':
      await tagTicket(client, remoteId, act)
      break
    case 'contact':
      await tagRecord(client, { path: `/api/v2/users/${id}`, name: 'user' }, change)
      break
    case 'company':
      await tagRecord(client, { path: `/api/v2/organizations/${id}`, name: 'organization' }, change)
      break
    case 'conversation':
      throw new UnsupportedError(PROVIDER, 'has tickets only, no conversations')
  }
  return readBack({ changes: [], subject: target }, () => readTarget(client, target))
}

/** Tagging of tickets, people and organizations. */
export const tagActions: Required<Pick<Actions, 'tag' | 'untag'>> = {
  tag: async (client, { target, name }) => retag(client, target, { method: 'PUT', tag: toName(name) }),
  untag: (client, { target, tagRemoteId }) => retag(client, target, { method: 'DELETE', tag: tagRemoteId }),
}
