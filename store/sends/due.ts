import type { Database, Queryable } from '../database.ts'
import type { Json } from '../kinds.ts'
import { toStorableJson, withStorableId } from '../storable.ts'
import { type Claim, fromNow, LEASE_MS, type Send, SEND_COLUMNS, tellSend } from './send.ts'

/** A send to do, or one to look for. */
export interface DueSend {
  readonly send: Send
  readonly claim: Claim
  readonly work: Json
  /** How long ago its last call can have begun at the earliest; 0 for one that is to be done. */
  readonly beganMsAgo: number
  /** How long ago it was certain that no call of it was under way any more. */
  readonly endedMsAgo: number
  /** How often it was looked for, this time included. */
  readonly looks: number
}

/** So many of one account are in hand at once, at most. */
const EACH = 4

/**
 * Claims sends that are due, at most `limit`, the oldest first: of each line the first that is not settled, if nobody has it
 * in hand. What is `QUEUED` becomes `SENDING`; what is `UNKNOWN` stays so while it is looked for.
 */
export function claimDueSends(database: Database, limit: number): Promise<readonly DueSend[]> {
  return database.transaction(null, async (tx) => {
    const rows = await tx.query<Send & Omit<DueSend, 'send' | 'claim'> & { readonly token: string }>(
      `with first as (
         select distinct on (integration_id, line) id, integration_id, number from send
         where line is not null and (state in ('QUEUED', 'SENDING') or (state = 'UNKNOWN' and next_at is not null))
         order by integration_id, line, number
       ), ready as (
         select f.id, row_number() over (partition by f.integration_id order by f.number) as place
         from first f join send s on s.id = f.id join integration i on i.id = f.integration_id
         where i.status = 'ACTIVE' and s.state in ('QUEUED', 'UNKNOWN') and s.next_at <= clock_timestamp()
       ), taken as (
         select s.id from send s join ready r on r.id = s.id
         where r.place <= ${EACH} and s.state in ('QUEUED', 'UNKNOWN') and s.next_at <= clock_timestamp()
           and (s.leased_until is null or s.leased_until < clock_timestamp())
         order by s.number limit $1 for update of s skip locked
       )
       update send s set claim = gen_random_uuid(), leased_until = ${fromNow('$2')},
         began_at = case when state = 'QUEUED' then clock_timestamp() else began_at end,
         attempts = attempts + case when state = 'QUEUED' then 1 else 0 end,
         looks = looks + case when state = 'UNKNOWN' then 1 else 0 end,
         state = case when state = 'QUEUED' then 'SENDING' else state end
       from taken t where t.id = s.id
       returning ${SEND_COLUMNS}, s.claim as token, s.work, s.looks,
         extract(epoch from clock_timestamp() - coalesce(s.began_at, s.created_at))::float8 * 1000 as "beganMsAgo",
         coalesce(extract(epoch from clock_timestamp() - s.settled_at)::float8 * 1000, 0) as "endedMsAgo"`,
      [limit, LEASE_MS],
    )
    for (const row of rows) if (row.state === 'SENDING') await tellSend(tx, row, 'updated')
    return rows.map(({ token, work, looks, beganMsAgo, endedMsAgo, ...send }) => {
      return { send, claim: { id: send.id, token }, work, looks, beganMsAgo, endedMsAgo }
    })
  })
}

/** A record that a send is about. */
export interface SendSubject {
  readonly kind: string
  readonly remoteId: string
}

/** What is known of others when one looks for a send among what stands at the provider. */
export interface Others {
  /** Those of the found records that other sends made. */
  readonly taken: readonly SendSubject[]
  /** Another of the line is at the provider now, so that what was found may be its. */
  readonly isBusy: boolean
}

const nameOf = ({ kind, remoteId }: SendSubject): string => `${kind} ${remoteId}`

/** Asks of which found records other sends are known to be the makers. To be asked after the records were read. */
export async function readOthers(
  queryable: Queryable,
  { id, integrationId }: Pick<Send, 'id' | 'integrationId'>,
  found: readonly SendSubject[],
): Promise<Others> {
  const [row] = await queryable.query<{ taken: SendSubject[]; busy: boolean }>(
    `select coalesce((select jsonb_agg(o.result) from jsonb_array_elements($3::jsonb) f
           join send o on o.result ->> 'remoteId' = f ->> 'remoteId' and o.result ->> 'kind' = f ->> 'kind'
           where o.integration_id = $2 and o.id <> $1 and o.state in ('SENT', 'DELIVERED', 'READ')), '[]') as taken,
       exists (select from send o join send s on s.id = $1 and o.integration_id = s.integration_id and o.line = s.line
         where o.state = 'SENDING' and o.id <> $1) as busy`,
    [id, integrationId, toStorableJson(found.map(withStorableId))],
  )
  const taken = new Set(row?.taken.map(nameOf))
  return { taken: found.filter((each) => taken.has(nameOf(withStorableId(each)))), isBusy: row?.busy ?? false }
}
