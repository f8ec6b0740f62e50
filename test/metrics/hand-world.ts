import type { Queryable } from '../../store/database.ts'
import { rowId } from '../../store/id.ts'
import type { Json, Kind } from '../../store/kinds.ts'
import type { TestStore } from '../setup/store.ts'
import { makeIntegration } from '../store/records.ts'

/** A moment of the Monday on which everything in the small world happens. */
export const moment = (clock: string): string => `2026-03-02T${clock}${clock.length === 5 ? ':00' : ''}Z`
/** The same as Unix seconds. */
export const unix = (clock: string): number => Date.parse(moment(clock)) / 1000

/** What stands beside a record's JSON in its row. */
export interface Beside {
  readonly conversation?: string
  readonly ticket?: string
  /** Of messages that do not say it themselves. */
  readonly createdAt?: string
  readonly authorType?: 'BOT'
  readonly deleted?: boolean
}

/** One account of a provider, into whose tables records are written as they came: nothing of ours has read them. */
export interface HandAccount {
  readonly integrationId: string
  readonly put: (kind: Kind, remoteId: string, native: Json, beside?: Beside) => Promise<void>
}

/** Opens an account. */
export async function openAccount({ store, workspaceId }: TestStore, provider: string): Promise<HandAccount> {
  const { integrationId } = await makeIntegration(store.database, { provider, workspaceId })
  const database: Queryable = store.database.system
  return {
    integrationId,
    async put(kind, remoteId, native, { conversation, ticket, createdAt, authorType, deleted = false } = {}) {
      const own: Record<string, unknown> = {
        ...(conversation === undefined ? {} : { conversation_id: rowId(integrationId, 'conversation', conversation) }),
        ...(ticket === undefined ? {} : { ticket_id: rowId(integrationId, 'ticket', ticket) }),
        ...(createdAt === undefined ? {} : { created_at: moment(createdAt) }),
        ...(authorType === undefined ? {} : { author_type: authorType }),
        ...(kind === 'message' ? { type: 'REPLY' } : {}),
      }
      const row: Record<string, unknown> = {
        id: rowId(integrationId, kind, remoteId),
        workspace_id: workspaceId,
        integration_id: integrationId,
        provider,
        remote_id: remoteId,
        observed_at: moment('23:00'),
        native: JSON.stringify(native),
        deleted_at: deleted ? moment('23:00') : null,
        ...own,
      }
      const names = Object.keys(row)
      await database.query(
        `insert into "${kind}" (${names.join(', ')}, born_xid, changed_xid)
         values (${names.map((_, index) => `$${index + 1}`).join(', ')}, pg_current_xact_id(), pg_current_xact_id())
         on conflict (id) do update set native = excluded.native, deleted_at = excluded.deleted_at`,
        Object.values(row),
      )
    },
  }
}
