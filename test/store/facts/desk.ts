import { apply } from '../../../store/apply.ts'
import type { Change } from '../../../store/change.ts'
import type { Database } from '../../../store/database.ts'
import { rowId } from '../../../store/id.ts'
import type { Kind, MessageFields } from '../../../store/kinds.ts'
import { at, batch, makeIntegration, upsert } from '../records.ts'

/** Where records are told of, and facts read. */
export interface Desk {
  readonly workspaceId: string
  readonly integrationId: string
  /** Applies changes that were observed at second `n`. */
  say(n: number, ...changes: Change[]): Promise<void>
  /** The facts of a thread in words: type, seconds of `since` and `at`, and whose it is. */
  facts(remoteId: string, kind?: 'conversation' | 'ticket'): Promise<readonly string[]>
  /** Whole rows of all facts, with the transaction that wrote each. */
  rows(): Promise<readonly Readonly<Record<string, unknown>>[]>
  /** The changes of status that were seen of a thread. */
  seen(remoteId: string, kind?: 'conversation' | 'ticket'): Promise<readonly string[]>
}

const ORDER = `array_position(array['OPENED', 'FIRST_RESPONSE', 'NEXT_RESPONSE', 'CLOSED', 'REOPENED', 'RESOLVED', 'OPEN_SPAN', 'RATED'], type)`
const seconds = (column: string): string =>
  `case when ${column} = 'infinity' then '…' else round(extract(epoch from ${column} - '2026-03-01T00:00:00Z'::timestamptz))::text end`

/** A desk of its own integration. */
export async function openDesk(database: Database): Promise<Desk> {
  const { workspaceId, integrationId } = await makeIntegration(database)
  const idOf = (kind: Kind, remoteId: string): string => rowId(integrationId, kind, remoteId)
  const people = new Map(['ann', 'bob', 'bot'].map((name) => [idOf('agent', name), name]))
  return {
    workspaceId,
    integrationId,
    async say(n, ...changes) {
      await apply(database, batch(integrationId, n, changes))
    },
    async facts(remoteId, kind = 'conversation') {
      const rows = await database.system.query<{ words: string; agent: string | null; score: number | null }>(
        `select concat_ws(' ', type, ${seconds('since')} || ' →', ${seconds('at')}) as words, agent_id as agent, score
         from fact where thread_id = $1 order by ${ORDER}, place`,
        [idOf(kind, remoteId)],
      )
      return rows.map(({ words, agent, score }) =>
        [words, score, agent && (people.get(agent) ?? 'unknown')].filter((word) => word !== null).join(' '),
      )
    },
    rows: () =>
      database.system.query(
        `select xmin::text, * from fact where integration_id = $1 order by thread_id, type, place`,
        [integrationId],
      ),
    async seen(remoteId, kind = 'conversation') {
      const rows = await database.system.query<{ words: string }>(
        `select concat_ws(' ', ${seconds('at')}, coalesce(from_status, '?'), '→', to_status) as words
         from status_change where thread_id = $1 order by at, seen`,
        [idOf(kind, remoteId)],
      )
      return rows.map(({ words }) => words)
    },
  }
}

const reply =
  (fields: Partial<MessageFields>) =>
  (id: string, n: number, rest: Partial<MessageFields> = {}) =>
    upsert('message', id, { type: 'REPLY', conversationRemoteId: 'c', createdAt: at(n), ...fields, ...rest })

/** What a customer says at second `n` in the conversation `c`. */
export const asks = reply({ authorType: 'CONTACT' })
/** What Ann, an agent, answers. */
export const answers = reply({ authorType: 'AGENT', agentRemoteId: 'ann' })

/** A deletion. */
export const gone = (kind: Kind, remoteId: string): Change => ({
  op: 'delete',
  kind,
  remoteId,
  mergedIntoRemoteId: null,
})
