import type { InferEntity } from '@mikro-orm/postgresql'
import type { Account, Settings } from './account.ts'
import type { Database, Queryable } from './database.ts'
import { withEntities } from './entities/ask.ts'
import { IntegrationEntity } from './entities/tables.ts'
import { eraseIntegration } from './erase.ts'
import { IntegrationNotFoundError } from './errors.ts'
import { writeEvents } from './event-table.ts'
import type { EventOp, Origin } from './change.ts'
import { storableKey, toStorableJson } from './storable.ts'

/** `ACTIVE` works; `NEEDS_RECONNECT` waits for a person; `DISCONNECTED` was ended by one. */
export type IntegrationStatus = 'ACTIVE' | 'NEEDS_RECONNECT' | 'DISCONNECTED'

/** One account of one workspace at one provider. */
export interface Integration {
  readonly id: string
  readonly workspaceId: string
  /** Lower case, as connectors name themselves. */
  readonly provider: string
  readonly name: string
  readonly accountId: string | null
  readonly accountName: string | null
  readonly settings: Settings
  readonly status: IntegrationStatus
  /** Why it is not `ACTIVE`. */
  readonly statusReason: string | null
  readonly createdAt: Date
  readonly updatedAt: Date
}

/** Why nothing is done through an integration that is not `ACTIVE`, in words for whoever asked. */
export function whyInactive({ name, status, statusReason }: Integration): string {
  const reason = statusReason === null ? '' : ` (${statusReason})`
  return `${name} is ${status}${reason}: connect it again`
}

/** What is to be connected. */
export interface IntegrationDraft {
  readonly workspaceId: string
  readonly provider: string
  readonly name: string
  readonly settings: Settings
  readonly account: Account | null
}

/** The integrations of workspaces. What changes one is also an event. */
export interface Integrations {
  /**
   * Connects an account. The same account of the same workspace again is the same integration, with its history, and
   * active again.
   *
   * @param alongside runs in the same transaction: what an active integration must not be without, such as its credential
   */
  create(draft: IntegrationDraft, alongside?: (tx: Queryable, id: string) => Promise<void>): Promise<Integration>
  /** @throws IntegrationNotFoundError */
  get(id: string): Promise<Integration>
  /** Null also when it is another workspace's. */
  find(workspaceId: string, id: string): Promise<Integration | null>
  /** Oldest first; `workspaceId` null lists those of every workspace. */
  list(
    workspaceId: string | null,
    filter?: { readonly provider?: string; readonly status?: IntegrationStatus },
  ): Promise<readonly Integration[]>
  /** Those that a webhook naming the account is for, of every workspace: all but the disconnected. */
  byAccount(provider: string, accountId: string): Promise<readonly Integration[]>
  /**
   * Says how the integration stands. One that a person disconnected stays so: only `create` brings it back.
   *
   * @throws IntegrationNotFoundError
   */
  setStatus(id: string, status: IntegrationStatus, reason: string | null): Promise<void>
  /**
   * Says that the credential was refused. Nothing happens when the integration was connected again, or ended, since it
   * was read: then it was another credential.
   *
   * @throws IntegrationNotFoundError
   */
  needsReconnect(read: Pick<Integration, 'id' | 'updatedAt'>, reason: string): Promise<void>
  /** Tells followers that something about it moved on, such as the progress of its sync. @throws IntegrationNotFoundError */
  touch(id: string): Promise<void>
  /** Disconnects it and deletes everything that was read through it. What was done stays in the activity. @throws IntegrationNotFoundError */
  erase(id: string): Promise<void>
}

type Owned = Pick<Integration, 'id' | 'workspaceId' | 'provider'>
const OWNED = 'id, workspace_id as "workspaceId", provider'

/** The integrations of a database. */
export function openIntegrations(database: Database): Integrations {
  const get = (id: string): Promise<Integration> =>
    withEntities(database, async (em) => {
      const row = await em.findOne(IntegrationEntity, { id })
      if (row === null) throw new IntegrationNotFoundError(id)
      return toIntegration(row)
    })
  const requireOwned = async (id: string, rows: readonly Owned[]): Promise<Owned> => {
    const owned =
      rows[0] ?? (await database.system.query<Owned>(`select ${OWNED} from integration where id = $1`, [id]))[0]
    if (owned === undefined) throw new IntegrationNotFoundError(id)
    return owned
  }

  return {
    get,
    async create(draft, alongside) {
      const id = await database.transaction(null, async (tx) => {
        const made = await upsert(tx, draft)
        await alongside?.(tx, made)
        return made
      })
      return get(id)
    },
    find: (workspaceId, id) =>
      withEntities(database, async (em) => {
        const row = await em.findOne(IntegrationEntity, { workspaceId, id })
        return row && toIntegration(row)
      }),
    list: (workspaceId, filter = {}) =>
      withEntities(database, async (em) => {
        const where = { ...filter, ...(workspaceId === null ? {} : { workspaceId }) }
        const rows = await em.find(IntegrationEntity, where, { orderBy: { createdAt: 'asc', id: 'asc' } })
        return rows.map(toIntegration)
      }),
    byAccount: (provider, accountId) =>
      withEntities(database, async (em) => {
        const where = { provider, accountId, status: { $ne: 'DISCONNECTED' as const } }
        const rows = await em.find(IntegrationEntity, where, { orderBy: { createdAt: 'asc', id: 'asc' } })
        return rows.map(toIntegration)
      }),
    setStatus: (id, status, reason) =>
      database.transaction(null, async (tx) => {
        const changed = await tx.query<Owned>(
          `update integration set status = $2, status_reason = $3, updated_at = now()
           where id = $1 and (status, status_reason) is distinct from ($2, $3)
             and (status <> 'DISCONNECTED' or $2 = 'DISCONNECTED')
           returning ${OWNED}`,
          [id, status, reason],
        )
        const owned = await requireOwned(id, changed)
        if (changed.length > 0) await tell(tx, owned, 'updated', 'sync')
      }),
    needsReconnect: ({ id, updatedAt }, reason) =>
      database.transaction(null, async (tx) => {
        const changed = await tx.query<Owned>(
          // Dates come out of the database in whole milliseconds.
          `update integration set status = 'NEEDS_RECONNECT', status_reason = $2, updated_at = now()
           where id = $1 and status <> 'DISCONNECTED' and date_trunc('milliseconds', updated_at) = $3
             and (status, status_reason) is distinct from ('NEEDS_RECONNECT', $2)
           returning ${OWNED}`,
          [id, reason, updatedAt],
        )
        const owned = await requireOwned(id, changed)
        if (changed.length > 0) await tell(tx, owned, 'updated', 'sync')
      }),
    async touch(id) {
      const owned = await requireOwned(id, [])
      await database.transaction(null, (tx) => tell(tx, owned, 'updated', 'sync'))
    },
    erase: (id) =>
      database.transaction(null, async (tx) => {
        const disconnected = await tx.query<Owned>(
          `update integration set status = 'DISCONNECTED', updated_at = now() where id = $1 returning ${OWNED}`,
          [id],
        )
        const owned = await requireOwned(id, disconnected)
        await eraseIntegration(tx, id)
        await tell(tx, owned, 'updated', 'mutation')
      }),
  }
}

async function upsert(tx: Queryable, draft: IntegrationDraft): Promise<string> {
  const { workspaceId, provider, name, settings, account } = draft
  // As deliveries name it.
  const accountId = account === null ? null : storableKey(account.id)
  const [row] = await tx.query<Owned & { born: boolean }>(
    `insert into integration (workspace_id, provider, name, account_id, account_name, settings, status)
     values ($1, $2, $3, $4, $5, $6::jsonb, 'ACTIVE')
     on conflict (workspace_id, provider, account_id) do update
       set name = excluded.name, account_name = excluded.account_name, settings = excluded.settings,
         status = 'ACTIVE', status_reason = null, updated_at = now()
     returning ${OWNED}, xmax = 0 as born`,
    [workspaceId, provider, name, accountId, account?.name ?? null, toStorableJson(settings)],
  )
  if (row === undefined) throw new Error('an upsert answered no row')
  await tell(tx, row, row.born ? 'created' : 'updated', 'mutation')
  return row.id
}

const tell = (tx: Queryable, { id, workspaceId, provider }: Owned, op: EventOp, origin: Origin): Promise<void> =>
  writeEvents(tx, workspaceId, [
    { integrationId: id, provider, kind: 'integration', op, rowId: id, conversationId: null, ticketId: null, origin },
  ])

const toIntegration = (row: InferEntity<typeof IntegrationEntity>): Integration =>
  Object.freeze({
    id: row.id,
    workspaceId: row.workspaceId,
    provider: row.provider,
    name: row.name,
    accountId: row.accountId ?? null,
    accountName: row.accountName ?? null,
    settings: row.settings,
    status: row.status,
    statusReason: row.statusReason ?? null,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
  })
