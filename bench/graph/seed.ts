import { randomUUID } from 'node:crypto'
import type { Change } from '../../store/change.ts'
import { rowId } from '../../store/id.ts'
import type { Store } from '../../store/store.ts'
import { compareWithCopy, type Floor } from './floor.ts'
import { createWorld, type Size, type World } from './world.ts'

/** Records of a batch: about as many as a page of a provider, or some of them, bring. */
const BATCH = 1_000
/** Batches that are stored at the same time: each account's own sync. */
const AT_ONCE = 3
/** Messages after which they are copied, too. */
const SLICE = 30_000
const PROVIDERS = ['intercom', 'zendesk', 'freshdesk'] as const

/** An account with its records. */
interface Account {
  readonly integrationId: string
  readonly world: World
  readonly size: Size
}

/** What was filled, and how quickly. */
export interface Seeded {
  readonly workspaceId: string
  readonly perSecond: { readonly contacts: number; readonly tickets: number; readonly messages: number }
  readonly floor: Floor
}

/** Fills a store with three accounts through `store.apply`, as their first syncs would. */
export async function seed(store: Store, size: Size, vocabulary: readonly string[]): Promise<Seeded> {
  const { id: workspaceId } = await store.workspaces.ensure('bench')
  const each = {
    contacts: Math.floor(size.contacts / PROVIDERS.length),
    tickets: Math.floor(size.tickets / PROVIDERS.length),
    messages: Math.floor(size.messages / PROVIDERS.length),
  }
  const accounts: Account[] = []
  for (const [n, provider] of PROVIDERS.entries()) {
    const integrationId = await connect(store, workspaceId, provider)
    accounts.push({ integrationId, world: createWorld(n, each, vocabulary), size: each })
  }
  await applyAll(
    store,
    accounts.map(({ integrationId, world }) => ({ integrationId, changes: world.staff() })),
  )
  const contacts = await stream(store, accounts, each.contacts, (world, from, to) => world.contacts(from, to))
  const tickets = await stream(store, accounts, each.tickets, (world, from, to) => world.tickets(from, to))
  const floor = await seedMessages(store, accounts)
  return { workspaceId, perSecond: { contacts, tickets, messages: floor.applied }, floor }
}

async function connect(store: Store, workspaceId: string, provider: string): Promise<string> {
  const id = randomUUID()
  await store.database.system.query(
    `insert into integration (id, workspace_id, provider, name, account_id, settings, status)
     values ($1::uuid, $2, $3, $3, $1::text, '{}', 'ACTIVE')`,
    [id, workspaceId, provider],
  )
  return id
}

interface Part {
  readonly integrationId: string
  readonly changes: readonly Change[]
}

/** Stores batches, some at a time; answers how long that took. */
async function applyAll(store: Store, parts: readonly Part[]): Promise<number> {
  const waiting = [...parts]
  const begun = performance.now()
  const work = async (): Promise<void> => {
    for (let part = waiting.shift(); part !== undefined; part = waiting.shift()) {
      await store.apply({ ...part, observedAt: new Date(), learnedBy: 'SYNC', origin: 'backfill' })
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  return (performance.now() - begun) / 1_000
}

/** Stores one list of all accounts, and answers how many rows a second that makes; making them is not counted. */
async function stream(
  store: Store,
  accounts: readonly Account[],
  count: number,
  make: (world: World, from: number, to: number) => readonly Change[],
): Promise<number> {
  let seconds = 0
  let rows = 0
  for (let from = 0; from < count; from += BATCH) {
    const parts = accounts.map(({ integrationId, world }) => ({
      integrationId,
      changes: make(world, from, Math.min(from + BATCH, count)),
    }))
    seconds += await applyAll(store, parts)
    rows += parts.reduce((sum, { changes }) => sum + changes.length, 0)
  }
  return rows / seconds
}

/** Stores messages slice by slice, and copies each slice after it was stored. */
async function seedMessages(store: Store, accounts: readonly Account[]): Promise<Floor> {
  const { size } = accounts[0] ?? { size: { tickets: 0, messages: 0, contacts: 0 } }
  const ticketsOfBatch = Math.max(Math.floor((BATCH * size.tickets) / size.messages), 1)
  const ticketsOfSlice = ticketsOfBatch * Math.ceil(SLICE / BATCH / accounts.length)
  return compareWithCopy(store.database, async (copy) => {
    for (let first = 0; first < size.tickets; first += ticketsOfSlice) {
      const last = Math.min(first + ticketsOfSlice, size.tickets)
      const parts: Part[] = []
      for (let from = first; from < last; from += ticketsOfBatch) {
        const to = Math.min(from + ticketsOfBatch, last)
        for (const { integrationId, world } of accounts) {
          parts.push({ integrationId, changes: world.messages(from, to) })
        }
      }
      const seconds = await applyAll(store, parts)
      const ids = parts.flatMap(({ integrationId, changes }) =>
        changes.map(({ remoteId }) => rowId(integrationId, 'message', remoteId)),
      )
      await copy({ ids, seconds })
    }
  })
}
