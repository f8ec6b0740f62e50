import type { Database } from './database.ts'
import { BadCursorError } from './errors.ts'
import type { Json } from './kinds.ts'
import { toStorableJson } from './storable.ts'

/** Something that was done: a mutation, a sign-in, an integration connected. */
export interface Activity {
  readonly id: string
  readonly workspaceId: string
  /** Null when no person did it. */
  readonly memberId: string | null
  readonly integrationId: string | null
  /** `integration.connected`, `conversation.replied`, … */
  readonly action: string
  readonly detail: Json
  readonly at: Date
}

/** One page of activities, newest first. */
export interface ActivityPage {
  readonly rows: readonly Activity[]
  readonly cursors: readonly string[]
  readonly hasNextPage: boolean
  readonly hasPreviousPage: boolean
  totalCount(): Promise<number>
}

/** What was done in workspaces. Nothing is ever changed or taken out. */
export interface ActivityLog {
  record(activity: Omit<Activity, 'id' | 'at'>): Promise<void>
  /** @throws BadCursorError */
  page(
    workspaceId: string,
    request: { readonly first: number; readonly after?: string | null; readonly integrationId?: string | null },
  ): Promise<ActivityPage>
}

/** The log of a database. */
export function openActivity(database: Database): ActivityLog {
  return {
    async record({ workspaceId, memberId, integrationId, action, detail }) {
      await database.system.query(
        `insert into activity (workspace_id, member_id, integration_id, action, detail) values ($1, $2, $3, $4, $5::jsonb)`,
        [workspaceId, memberId, integrationId, action, toStorableJson(detail)],
      )
    },
    async page(workspaceId, { first, after = null, integrationId = null }) {
      const place = after === null ? null : fromCursor(after)
      const own = database.workspace(workspaceId)
      const found = await own.query<Activity & { micros: string }>(
        `select id, workspace_id as "workspaceId", member_id as "memberId", integration_id as "integrationId", action,
           detail, at, (extract(epoch from at) * 1000000)::bigint::text as micros
         from activity
         where workspace_id = $1 and ($2::uuid is null or integration_id = $2)
           and ($3::bigint is null
             or (at, id) < (timestamptz 'epoch' + $3::bigint * interval '1 microsecond', $4::uuid))
         order by at desc, id desc limit $5`,
        [workspaceId, integrationId, place?.micros ?? null, place?.id ?? null, first + 1],
      )
      const shown = found.slice(0, first)
      return {
        rows: shown.map(({ micros: _micros, ...row }) => row),
        cursors: shown.map(({ micros, id }) => Buffer.from(`${micros} ${id}`).toString('base64url')),
        hasNextPage: found.length > first,
        hasPreviousPage: place !== null,
        async totalCount() {
          const [row] = await own.query<{ count: number }>(
            `select count(*)::int as count from activity
             where workspace_id = $1 and ($2::uuid is null or integration_id = $2)`,
            [workspaceId, integrationId],
          )
          return row?.count ?? 0
        },
      }
    },
  }
}

function fromCursor(cursor: string): { micros: string; id: string } {
  const [, micros, id] = /^(\d{1,18}) ([0-9a-f-]{36})$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? []
  if (micros === undefined || id === undefined) throw new BadCursorError('this cursor is not of the activity log')
  return { micros, id }
}
