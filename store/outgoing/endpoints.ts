import { randomUUID } from 'node:crypto'
import type { Database } from '../database.ts'
import { BadCursorError } from '../errors.ts'
import { readMoment } from '../event-table.ts'
import type { Page } from '../list.ts'
import type { Vault } from '../vault.ts'
import { type EventFilter, toTestMessage } from './message.ts'
import { enqueue } from './queue.ts'
import { replay, type Replayed } from './replay.ts'
import { makeSecrets, openSecrets, rotate, sealSecrets } from './secrets.ts'

/** Whether an endpoint is sent to. */
export type EndpointState = 'ACTIVE' | 'DISABLED'

/** What a person says of an endpoint. */
export interface EndpointDraft extends EventFilter {
  readonly url: string
  readonly description: string
}

/** An address of a user's own system that is told of events; without its secrets. */
export interface Endpoint extends EndpointDraft {
  readonly id: string
  readonly workspaceId: string
  readonly state: EndpointState
  /** Why it is `DISABLED`; null when a person did it. */
  readonly reason: string | null
  /** When it last took a message; to the minute. */
  readonly succeededAt: Date | null
  readonly createdAt: Date
  readonly updatedAt: Date
}

/** What of an endpoint is to be another; what is null or left out stays. */
export type EndpointPatch = {
  readonly [Name in keyof (EndpointDraft & Pick<Endpoint, 'state'>)]?: (EndpointDraft & Endpoint)[Name] | null
}

/** How one try went. */
export type Outcome = 'DELIVERED' | 'GONE' | 'REFUSED' | 'REDIRECTED' | 'TIMEOUT' | 'UNREACHABLE' | 'ADDRESS_REFUSED'

/** One try to hand a message to an endpoint. */
export interface Attempt {
  readonly id: string
  readonly webhookId: string
  readonly eventType: string
  /** Which try of the message it was, from 1 on. */
  readonly try: number
  readonly at: Date
  readonly durationMs: number
  readonly outcome: Outcome
  /** Of HTTP; null when there was no answer. */
  readonly status: number | null
}

/** The endpoints of a database, as members handle them. */
export interface Endpoints {
  list(workspaceId: string): Promise<readonly Endpoint[]>
  find(workspaceId: string, id: string): Promise<Endpoint | null>
  /** Makes one that is told of what happens from now on, and tells its secret, this once. Null when the workspace has as many as it may. */
  create(workspaceId: string, draft: EndpointDraft): Promise<{ endpoint: Endpoint; secret: string } | null>
  /**
   * Changes what is given. Made `ACTIVE` again, it goes on behind the last event that it was told of, and what waits is
   * sent at once.
   */
  update(workspaceId: string, id: string, patch: EndpointPatch): Promise<Endpoint | null>
  /** Forgets it with all that it was sent. Answers whether it was there. */
  remove(workspaceId: string, id: string): Promise<boolean>
  /** Makes a new secret and tells it, this once; messages are signed by the one before as well for a day. */
  rotateSecret(workspaceId: string, id: string): Promise<string | null>
  /** Sends a message that only proves the endpoint; answers its `webhook-id`. */
  sendTest(endpoint: Endpoint): Promise<string>
  /** Sends again, or for the first time, what happened from a moment until before another. */
  replay(endpoint: Endpoint, range: { readonly from: Date; readonly to: Date }): Promise<Replayed>
  /** How tries went, newest first. @throws BadCursorError */
  attempts(endpoint: Endpoint, page: { readonly first: number; readonly after: string | null }): Promise<Page<Attempt>>
}

/** Few enough to be shown at once, and for every event to be looked at for each. */
export const MOST_ENDPOINTS = 50

const COLUMNS = `id, workspace_id as "workspaceId", url, description, event_types as "eventTypes",
  include_backfill as "includeBackfill", state, reason, succeeded_at as "succeededAt", created_at as "createdAt",
  updated_at as "updatedAt"`

/** Opens the endpoints of a database. */
export function openEndpoints(database: Database, vault: Vault, now: () => Date): Endpoints {
  const { system } = database
  const find: Endpoints['find'] = async (workspaceId, id) => {
    const sql = `select ${COLUMNS} from webhook_endpoint where id = $1`
    return (await database.workspace(workspaceId).query<Endpoint>(sql, [id]))[0] ?? null
  }
  return {
    find,
    list: (workspaceId) =>
      database.workspace(workspaceId).query(`select ${COLUMNS} from webhook_endpoint order by created_at, id`),
    async create(workspaceId, { url, description, eventTypes, includeBackfill }) {
      const id = randomUUID()
      const secrets = makeSecrets()
      const { position } = await readMoment(system)
      const [endpoint] = await system.query<Endpoint>(
        `insert into webhook_endpoint
           (id, workspace_id, url, description, event_types, include_backfill, sealed, xid, event_id)
         select $1, $2, $3, $4, $5, $6, $7, $8::xid8, $9::bigint
         where (select count(*) from webhook_endpoint where workspace_id = $2) < $10
         returning ${COLUMNS}`,
        [
          id,
          workspaceId,
          url,
          description,
          eventTypes,
          includeBackfill,
          sealSecrets(vault, { id, workspaceId }, secrets),
          String(position.xid),
          String(position.id),
          MOST_ENDPOINTS,
        ],
      )
      return endpoint === undefined ? null : { endpoint, secret: secrets[0].secret }
    },
    async update(workspaceId, id, { url, description, eventTypes, includeBackfill, state }) {
      const [endpoint] = await system.query<Endpoint>(
        // The change itself asks for "before": asked for only afterwards, the row would be changed already, and nothing in it.
        `with before as (select id, state from webhook_endpoint where workspace_id = $1 and id = $2 for update),
         resumed as (
           update endpoint_message set due_at = $8, tries = 0, tried_since = null
           where endpoint_id = $2 and state = 'PENDING' and $7 = 'ACTIVE' and exists (select from before where state = 'DISABLED')
         )
         update webhook_endpoint set url = coalesce($3, url), description = coalesce($4, description),
           event_types = coalesce($5, event_types), include_backfill = coalesce($6, include_backfill),
           state = coalesce($7, state), reason = case when $7 is null then reason end, updated_at = now()
         where id = (select id from before) returning ${COLUMNS}`,
        [
          workspaceId,
          id,
          url ?? null,
          description ?? null,
          eventTypes ?? null,
          includeBackfill ?? null,
          state ?? null,
          now(),
        ],
      )
      return endpoint ?? null
    },
    async remove(workspaceId, id) {
      const sql = 'delete from webhook_endpoint where workspace_id = $1 and id = $2 returning 1'
      return (await system.query(sql, [workspaceId, id])).length > 0
    },
    rotateSecret: (workspaceId, id) =>
      database.transaction(null, async (tx) => {
        const [row] = await tx.query<{ sealed: Buffer }>(
          'select sealed from webhook_endpoint where workspace_id = $1 and id = $2 for update',
          [workspaceId, id],
        )
        if (row === undefined) return null
        const owner = { id, workspaceId }
        const secrets = rotate(openSecrets(vault, owner, row.sealed), now())
        await tx.query('update webhook_endpoint set sealed = $2, updated_at = now() where id = $1', [
          id,
          sealSecrets(vault, owner, secrets),
        ])
        return secrets[0].secret
      }),
    async sendTest({ id }) {
      const message = toTestMessage(id, randomUUID(), now())
      await enqueue(system, id, { messages: [message], dueAt: now() })
      return message.webhookId
    },
    replay: (endpoint, range) => replay(database, endpoint, range, now()),
    attempts: (endpoint, page) => readAttempts(database, endpoint, page),
  }
}

async function readAttempts(
  database: Database,
  { id, workspaceId }: Endpoint,
  { first, after }: { readonly first: number; readonly after: string | null },
): Promise<Page<Attempt>> {
  if (after !== null && !/^\d{1,18}$/.test(after)) throw new BadCursorError('this cursor is not of attempts')
  const own = database.workspace(workspaceId)
  const found = await own.query<Attempt>(
    `select place::text as id, webhook_id as "webhookId", event_type as "eventType", try, at,
       duration_ms as "durationMs", outcome, status
     from endpoint_attempt where endpoint_id = $1 and ($2::bigint is null or place < $2) order by place desc limit $3`,
    [id, after, first + 1],
  )
  const rows = found.slice(0, first)
  return {
    rows,
    cursors: rows.map((row) => row.id),
    hasNextPage: found.length > first,
    hasPreviousPage: after !== null,
    async totalCount() {
      const sql = 'select count(*)::int as count from endpoint_attempt where endpoint_id = $1'
      return (await own.query<{ count: number }>(sql, [id]))[0]?.count ?? 0
    },
  }
}
