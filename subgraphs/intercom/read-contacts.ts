import { z } from 'zod'
import type { AccountClient } from '../../kit/account-client.ts'
import type { Stream } from '../../kit/contract.ts'
import { readEach } from '../../kit/read-each.ts'
import { readWire } from '../../kit/read-wire.ts'
import type { Change, Deletion } from '../../store/change.ts'
import { ContactMergedError } from './judge.ts'
import { toAttached, toContact, toMergedAway, type Attached } from './mapping-people.ts'
import { gone, readOrGone } from '../../kit/gone.ts'
import {
  auditBySearch,
  counterBySearch,
  readSearchPage,
  searchCursor,
  SEARCH_START,
  type Found,
  type Search,
} from './search.ts'
import { wireNamed } from '../../kit/wire.ts'
import { PROVIDER, receive, wireContact } from './wire.ts'

const NAME = 'contacts'

/** Contacts whose tags or companies do not fit in them, completed at the same time. */
const AT_ONCE = 5

/** The only way to learn which contacts went into one: a `contact.merged` delivery names only the survivor. */
const WITH_MERGES = { include_merge_history: true }

const SEARCH: Search = {
  stream: NAME,
  path: '/contacts/search',
  list: 'data',
  perPage: 150,
  byDay: true,
  query: WITH_MERGES,
}

const wireAttachedPage = z.looseObject({
  data: z.array(wireNamed).nullish(),
  companies: z.array(wireNamed).nullish(),
  pages: z.looseObject({ next: z.unknown() }).nullish(),
})

async function readAttached(
  client: AccountClient,
  of: { readonly remoteId: string; readonly what: 'tags' | 'companies' },
  signal?: AbortSignal,
): Promise<string[]> {
  const ids: string[] = []
  for (let page = 1; ; page += 1) {
    const answer = await client.request({
      method: 'GET',
      path: `/contacts/${encodeURIComponent(of.remoteId)}/${of.what}`,
      query: page === 1 ? {} : { page },
      signal,
    })
    const list = readWire(wireAttachedPage, answer.body, { provider: PROVIDER, stream: `${NAME} ${of.what}` })
    const found = list.data ?? list.companies ?? []
    ids.push(...found.map((one) => one.id))
    if (found.length === 0 || !list.pages?.next) return ids
  }
}

async function complete(client: AccountClient, remoteId: string, signal?: AbortSignal): Promise<Attached> {
  return {
    tagRemoteIds: await readAttached(client, { remoteId, what: 'tags' }, signal),
    companyRemoteIds: await readAttached(client, { remoteId, what: 'companies' }, signal),
  }
}

async function toChanges(client: AccountClient, record: unknown, signal?: AbortSignal): Promise<Change[]> {
  const received = receive(wireContact, record, NAME)
  const attached = toAttached(received.wire) ?? (await complete(client, received.wire.id, signal))
  return [toContact(received, attached), ...toMergedAway(received.wire)]
}

async function readPresent(client: AccountClient, remoteId: string, signal?: AbortSignal): Promise<Change[]> {
  const path = `/contacts/${encodeURIComponent(remoteId)}`
  const answer = await client.request({ method: 'GET', path, query: WITH_MERGES, signal })
  return toChanges(client, answer.body, signal)
}

/** A contact, or what took its place. @throws NotFoundError when it is gone without a survivor */
async function readSurvivor(client: AccountClient, remoteId: string, signal?: AbortSignal): Promise<Change[]> {
  try {
    return await readPresent(client, remoteId, signal)
  } catch (error) {
    if (!(error instanceof ContactMergedError) || error.intoRemoteId === null) throw error
    const merged: Deletion = { ...gone('contact', remoteId), mergedIntoRemoteId: error.intoRemoteId }
    const survivor = await readPresent(client, error.intoRemoteId, signal)
    return [...survivor.filter((change) => change.remoteId !== remoteId), merged]
  }
}

/** One contact; when it went into another, that one and who took its place; a deletion when it is gone. */
export function readContact(client: AccountClient, remoteId: string, signal?: AbortSignal): Promise<readonly Change[]> {
  return readOrGone('contact', remoteId, () => readSurvivor(client, remoteId, signal))
}

/**
 * People. The search compares whole days only, so a run asks from the day before and passes by what did not change.
 *
 * A contact that was merged away answers who took its place.
 */
export const contacts: Stream = {
  name: NAME,
  kind: 'contact',
  everyMs: 5 * 60_000,
  async read(client, cursor, context) {
    const place =
      cursor === null ? SEARCH_START : readWire(searchCursor, cursor, { provider: PROVIDER, stream: `${NAME} cursor` })
    const { found, ...page } = await readSearchPage(client, SEARCH, { cursor: place, context })
    const options = { limit: AT_ONCE, signal: context.signal, remoteIdOf: ({ id }: Found) => id }
    const { changes, failed } = await readEach(found, options, ({ record }, signal) =>
      toChanges(client, record, signal),
    )
    return { ...page, changes, failed: [...page.failed, ...failed] }
  },
  readOne: (client, remoteId, context) => readContact(client, remoteId, context.signal),
  audit: auditBySearch(SEARCH),
  counter: counterBySearch(SEARCH),
}
