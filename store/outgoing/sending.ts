import type { Database } from '../database.ts'
import { gapFinder } from '../event-gap.ts'
import type { Position } from '../event-position.ts'
import { readEvents } from '../event-table.ts'
import { toNodeId } from '../id.ts'
import type { Vault } from '../vault.ts'
import type { Attempt } from './endpoints.ts'
import { type EventFilter, isWanted, type Message, toMessage } from './message.ts'
import { advance } from './queue.ts'
import { currentSecrets, openSecrets, sealSecrets } from './secrets.ts'

/** A message in this process's hands until `until`: then another may take it. */
export interface Claimed extends Pick<Message, 'webhookId' | 'eventType' | 'body'> {
  readonly place: string
  readonly endpointId: string
  readonly url: string
  /** The newest first. */
  readonly secrets: readonly string[]
  /** How often it was tried before. */
  readonly tries: number
  /** When it was first tried; null for one that was not. */
  readonly triedSince: Date | null
  readonly until: Date
}

/** Which messages a process may take. */
export interface Claim {
  readonly now: Date
  /** So long what is taken is nobody else's. */
  readonly leaseMs: number
  /** How many messages each endpoint has in this process's hands already. */
  readonly busy: ReadonlyMap<string, number>
  readonly mostOfEndpoint: number
  readonly most: number
  /** A message waits for an older one of its lane until that was tried so often. */
  readonly holdingTries: number
}

/** What becomes of a message after a try: it is over, or tried again at a time. */
export type Fate = 'DELIVERED' | 'FAILED' | Date

/** What the engine that sends asks of the store. */
export interface Sending {
  /** Queues what the log holds for endpoints. Answers whether there is more now, or will be as soon as an older transaction has ended. */
  route(now: Date): Promise<'idle' | 'pending' | 'more'>
  /** Takes messages that are due, of each endpoint the longest waiting. */
  claim(claim: Claim): Promise<Claimed[]>
  /** Keeps how a try went. A message that was taken by another since then, or queued anew, stays as it is. */
  settle(claimed: Claimed, attempt: Omit<Attempt, 'id' | 'webhookId' | 'eventType' | 'try'>, fate: Fate): Promise<void>
  /**
   * Disables an endpoint and says so in the activity, unless it has another address than when the message was taken; with
   * `unlessAlive` only when nothing came through since the message was first tried. Answers whether it did.
   */
  disable(claimed: Claimed, reason: string, unlessAlive?: 'unlessAlive'): Promise<boolean>
  /** Deletes attempts, and messages that are over, from before a date. Answers how many messages. */
  prune(olderThan: Date): Promise<number>
}

const PAGE_EVENTS = 500

interface Behind extends EventFilter {
  readonly id: string
  readonly workspaceId: string
  readonly xid: string
  readonly eventId: string
}

/** Opens the sending half of outgoing webhooks. */
export function openSending(database: Database, vault: Vault): Sending {
  const { system } = database
  return {
    async route(now) {
      const behind = await system.query<Behind>(
        `select e.id, e.workspace_id as "workspaceId", e.event_types as "eventTypes",
           e.include_backfill as "includeBackfill", e.xid::text, e.event_id::text as "eventId"
         from webhook_endpoint e
         where e.state = 'ACTIVE' and exists (
           select from event v where v.workspace_id = e.workspace_id and (v.xid, v.id) > (e.xid, e.event_id))`,
      )
      let full = false
      for (const endpoint of behind) if (await routeOne(database, endpoint, now)) full = true
      // What is left over lies above a transaction that is still open.
      return full ? 'more' : behind.length > 0 ? 'pending' : 'idle'
    },
    async claim(claim) {
      const rows = await system.query<Omit<Claimed, 'secrets'> & { workspaceId: string; sealed: Buffer }>(CLAIM, [
        JSON.stringify([...claim.busy].map(([id, count]) => ({ id, count }))),
        claim.now,
        new Date(claim.now.getTime() + claim.leaseMs),
        claim.mostOfEndpoint,
        claim.most,
        claim.holdingTries,
      ])
      return Promise.all(
        rows.map(async ({ workspaceId, sealed, ...row }) => {
          const owner = { id: row.endpointId, workspaceId }
          const secrets = openSecrets(vault, owner, sealed)
          if (!vault.isCurrent(sealed)) {
            // Sealed with an older key: sealed anew, unless it was changed meanwhile.
            const values = [row.endpointId, sealed, sealSecrets(vault, owner, secrets)]
            await system.query('update webhook_endpoint set sealed = $3 where id = $1 and sealed = $2', values)
          }
          return { ...row, secrets: currentSecrets(secrets, claim.now) }
        }),
      )
    },
    async settle({ place, until, tries }, { at, durationMs, outcome, status }, fate) {
      const state = fate instanceof Date ? 'PENDING' : fate
      const dueAt = fate instanceof Date ? fate : at
      await system.query(SETTLE, [place, until, state, dueAt, at, durationMs, outcome, status, tries + 1])
    },
    async disable({ endpointId, place, url }, reason, unlessAlive) {
      const disabled = await system.query(
        `with disabled as (
           update webhook_endpoint e set state = 'DISABLED', reason = $3, updated_at = now()
           from endpoint_message m
           where e.id = $1 and e.state = 'ACTIVE' and e.url = $6 and m.place = $2
             and (not $4 or e.succeeded_at is null or e.succeeded_at < m.tried_since)
           returning e.workspace_id
         )
         insert into activity (workspace_id, member_id, integration_id, action, detail)
         select workspace_id, null, null, 'webhookEndpoint.disabled', $5::jsonb from disabled returning 1`,
        [
          endpointId,
          place,
          reason,
          unlessAlive !== undefined,
          JSON.stringify({ webhookEndpointId: toNodeId('webhookEndpoint', endpointId), reason }),
          url,
        ],
      )
      return disabled.length > 0
    },
    async prune(olderThan) {
      await system.query('delete from endpoint_attempt where at < $1', [olderThan])
      const sql = `with pruned as (delete from endpoint_message where created_at < $1 and state <> 'PENDING' returning 1)
        select count(*)::int as pruned from pruned`
      return (await system.query<{ pruned: number }>(sql, [olderThan]))[0]?.pruned ?? 0
    },
  }
}

/** Queues a page of the log for an endpoint. Answers whether there is more. */
async function routeOne(database: Database, endpoint: Behind, now: Date): Promise<boolean> {
  const { id, workspaceId } = endpoint
  const from: Position = { xid: BigInt(endpoint.xid), id: BigInt(endpoint.eventId) }
  const { system } = database
  const query = { after: from, workspaceIds: [workspaceId], kinds: null, limit: PAGE_EVENTS }
  const page = await readEvents(system, query)
  // After reading, since pruning may have come in between.
  const findGap = await gapFinder(system, workspaceId)
  const found = findGap(from)
  if (found !== null) {
    await skipGap(database, endpoint, { from, upTo: found.upTo })
    return true
  }
  const messages = page.events.flatMap(({ event }) => (isWanted(endpoint, event) ? [toMessage(event)] : []))
  await advance(system, id, { messages, dueAt: now, from, upTo: page.upTo })
  return page.full
}

/** Goes on where the log begins by now, and says so in the activity. */
async function skipGap(
  database: Database,
  { id, workspaceId }: Behind,
  { from, upTo }: { readonly from: Position; readonly upTo: Position },
): Promise<void> {
  await database.transaction(null, async (tx) => {
    if (!(await advance(tx, id, { messages: [], dueAt: new Date(0), from, upTo }))) return
    await tx.query(
      `insert into activity (workspace_id, member_id, integration_id, action, detail)
       values ($1, null, null, 'webhookEndpoint.gap', $2::jsonb)`,
      [workspaceId, JSON.stringify({ webhookEndpointId: toNodeId('webhookEndpoint', id) })],
    )
  })
}

/** Rows that another process takes at the same moment are passed over; what it took is not due any more. */
const CLAIM = `
with due as (
  select m.place from (select id from webhook_endpoint where state = 'ACTIVE' order by random()) e
  left join jsonb_to_recordset($1::jsonb) as busy (id uuid, count int) on busy.id = e.id
  cross join lateral (
    select place from endpoint_message m
    where m.endpoint_id = e.id and m.state = 'PENDING' and m.due_at <= $2
      and not exists (
        select from endpoint_message b
        where b.endpoint_id = m.endpoint_id and b.lane = m.lane and b.state = 'PENDING' and b.place < m.place
          and b.tries < $6)
    order by m.due_at, m.place limit greatest(0, $4 - coalesce(busy.count, 0)) for update skip locked
  ) m
  limit $5
)
update endpoint_message m set due_at = $3 from due, webhook_endpoint e
where m.place = due.place and e.id = m.endpoint_id
returning m.place::text, m.endpoint_id as "endpointId", m.webhook_id as "webhookId", m.event_type as "eventType", m.body,
  m.tries, m.tried_since as "triedSince", m.due_at as until, e.url, e.workspace_id as "workspaceId", e.sealed`

/**
 * An attempt is kept whatever became of its message meanwhile. An endpoint's own row is written once a minute at most,
 * since all its messages share it.
 */
const SETTLE = `
with settled as (
  update endpoint_message set state = $3, due_at = $4, tries = tries + 1, tried_since = coalesce(tried_since, $5)
  where place = $1 and due_at = $2 and state = 'PENDING'
), kept as (
  insert into endpoint_attempt (endpoint_id, webhook_id, event_type, try, at, duration_ms, outcome, status)
  select endpoint_id, webhook_id, event_type, $9, $5, $6, $7, $8 from endpoint_message where place = $1
)
update webhook_endpoint e set succeeded_at = $5 from endpoint_message m
where $3 = 'DELIVERED' and m.place = $1 and e.id = m.endpoint_id
  and (e.succeeded_at is null or e.succeeded_at < $5::timestamptz - interval '1 minute')`
