import type { Queryable } from '../database.ts'
import type { Kind } from '../kinds.ts'

/** What an audit goes by: `FULL_PASS` a list of everything, `SAMPLE` a list that leaves some out. */
export type AuditMethod = 'FULL_PASS' | 'SAMPLE'

/** How complete the mirror of one stream is, by its last whole audit. Counts are null before the first. */
export interface Completeness {
  readonly stream: string
  readonly kind: Kind
  readonly method: AuditMethod
  /** Of the newest pass. */
  readonly state: 'RUNNING' | 'DONE' | 'FAILED'
  readonly error: string | null
  readonly startedAt: Date
  /** When the last whole pass ended. */
  readonly auditedAt: Date | null
  /** Records that stand at the provider, as far as can be known. */
  readonly expected: number | null
  /** Records that are held. */
  readonly held: number | null
  /** Records that are not held as they stand at the provider. */
  readonly missing: number | null
  /** Held records that the list left out, and that nobody has asked for by themselves yet. */
  readonly unconfirmed: number | null
  /** Records that the last whole pass found missing, old or gone, and made good. */
  readonly healed: number | null
  /** Some of those that are missing, and why the last try to read them failed. */
  readonly examples: readonly { readonly remoteId: string; readonly reason: string }[]
}

type Found = Omit<Completeness, 'missing' | 'examples'>
type Missing = Completeness['examples'][number]

/**
 * What the last whole pass of each stream found. What was read well since, by whichever way, is missing no more.
 *
 * @param options.examples how many missing records of a stream are told by name at most
 */
export async function readCompleteness(
  queryable: Queryable,
  integrationId: string,
  options: { readonly examples: number },
): Promise<readonly Completeness[]> {
  const found = await queryable.query<Found>(
    `select stream, kind, method, state, error, started_at as "startedAt", audited_at as "auditedAt", expected, held,
       unconfirmed, healed from audit where integration_id = $1`,
    [integrationId],
  )
  return Promise.all(
    found.map(async (each) => {
      if (each.auditedAt === null) return { ...each, missing: null, examples: [] }
      const { absent, old, came, examples } = await readMissing(queryable, integrationId, each, options.examples)
      const held = (each.held ?? 0) + came
      // Of a list that leaves some out, only the provider's count tells that there are more.
      const unnamed = Math.max(0, (each.expected ?? 0) - held - absent)
      return { ...each, held, missing: absent + old + unnamed, examples }
    }),
  )
}

interface Left {
  /** Not held at all, held as they were, and held by now. */
  readonly absent: number
  readonly old: number
  readonly came: number
  readonly examples: readonly Missing[]
}

async function readMissing(
  queryable: Queryable,
  integrationId: string,
  { stream, kind, auditedAt }: Found,
  most: number,
): Promise<Left> {
  const [left] = await queryable.query<Left>(
    `with m as (
       select m.remote_id as "remoteId", coalesce(q.reason, m.reason) as reason,
         case when t.id is null and not m.held then 'absent' when t.id is not null and not m.held then 'came'
           when t.observed_at <= $3 then 'old' end as state
       from audit_missing m left join "${kind}" t on t.id = m.row_id and t.deleted_at is null
       left join quarantine q on q.integration_id = $1 and q.stream = $2 and q.remote_id = m.remote_id
       where m.integration_id = $1 and m.stream = $2)
     select count(*) filter (where state = 'absent')::int as absent, count(*) filter (where state = 'old')::int as old,
       count(*) filter (where state = 'came')::int as came, (
         select coalesce(json_agg(e), '[]'::json) from (
           select "remoteId", reason from m where state in ('absent', 'old') order by "remoteId" limit $4) e) as examples
     from m`,
    [integrationId, stream, auditedAt, most],
  )
  return left ?? { absent: 0, old: 0, came: 0, examples: [] }
}
