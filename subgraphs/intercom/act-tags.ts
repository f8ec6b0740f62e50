import type { Actions, Taggable } from '../../kit/actions.ts'
import type { AccountClient } from '../../kit/account-client.ts'
import { NotFoundError } from '../../kit/errors.ts'
import { readBack } from '../../kit/read-back.ts'
import type { Change } from '../../store/change.ts'
import type { Json } from '../../store/kinds.ts'
import { adminId } from './acting.ts'
import { toTag } from './mapping-people.ts'
import { readCompany } from './read-companies.ts'
import { readContact } from './read-contacts.ts'
import { readThread } from './read-threads.ts'
import type { Received } from '../../kit/wire.ts'
import { receive, wireTag, type TagWire } from './wire.ts'

interface Tagging {
  readonly agentRemoteId: string | null
  readonly target: Taggable
}

/** Intercom's path of each kind, which begins with the name of its stream. */
const streamOf = (target: Taggable): string => (target.kind === 'company' ? 'companies' : `${target.kind}s`)

const tagsPath = (target: Taggable): string => `/${streamOf(target)}/${encodeURIComponent(target.remoteId)}/tags`

/** Only the teammate's side of a thread is tagged in somebody's name. */
const signed = (client: AccountClient, { target, ...acting }: Tagging): { readonly [key: string]: Json } =>
  target.kind === 'conversation' || target.kind === 'ticket' ? { admin_id: adminId(client, acting) } : {}

/** The record as it stands with its tags; a tagging answers the tag alone. */
function readTarget(client: AccountClient, { kind, remoteId }: Taggable): Promise<readonly Change[]> {
  switch (kind) {
    case 'contact':
      return readContact(client, remoteId)
    case 'company':
      return readCompany(client, remoteId)
    case 'conversation':
    case 'ticket':
      return readThread(client, { kind, remoteId })
  }
}

/** Makes the tag when there is none of that name, in any case of letters; both can be asked again without harm. */
async function nameTag(client: AccountClient, body: { readonly [key: string]: Json }): Promise<Received<TagWire>> {
  return receive(wireTag, (await client.request({ method: 'POST', path: '/tags', body, safe: true })).body, 'tags')
}

const tag: Actions['tag'] = async (client, input) => {
  const { target, name } = input
  const company = target.kind === 'company'
  const named = await nameTag(client, company ? { name, companies: [{ id: target.remoteId }] } : { name })
  if (!company) {
    const body = { id: named.wire.id, ...signed(client, input) }
    await client.request({ method: 'POST', path: tagsPath(target), body, safe: true })
  }
  return readBack({ changes: [toTag(named)], subject: target }, () => readTarget(client, target))
}

const untag: Actions['untag'] = async (client, input) => {
  const { target, tagRemoteId } = input
  if (target.kind === 'company') {
    const known = await client.request({ method: 'GET', path: `/tags/${encodeURIComponent(tagRemoteId)}` })
    const { name } = receive(wireTag, known.body, 'tags').wire
    await nameTag(client, { name, companies: [{ id: target.remoteId, untag: true }] })
    return readBack({ changes: [], subject: target }, () => readTarget(client, target))
  }
  const path = `${tagsPath(target)}/${encodeURIComponent(tagRemoteId)}`
  try {
    await client.request({ method: 'DELETE', path, body: signed(client, input) })
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error
    // Not tagged, or no longer: a call that was repeated because its answer got lost finds its own work done.
    const changes = await readTarget(client, target)
    if (changes.some((change) => change.op === 'delete' && change.remoteId === target.remoteId)) throw error
    return { changes, subject: target }
  }
  return readBack({ changes: [], subject: target }, () => readTarget(client, target))
}

/** Tagging of contacts, companies, conversations and tickets. */
export const tagActions: Required<Pick<Actions, 'tag' | 'untag'>> = { tag, untag }
