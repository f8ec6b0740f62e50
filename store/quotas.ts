import type { Database } from './database.ts'
import { IntegrationNotFoundError } from './errors.ts'

/** What all processes know together of the quota of one account. */
export interface StoredQuota {
  /** 0 where nothing was written yet. */
  readonly version: number
  /** As it was written; null where nothing was. */
  readonly state: unknown
  /** When it was written. */
  readonly asOf: Date | null
  /** The time at the database, which all processes go by. */
  readonly now: Date
}

/** The quotas of accounts, written by whoever read them last. */
export interface Quotas {
  read(integrationId: string): Promise<StoredQuota>
  /** Those of all integrations of which anything is known. */
  all(): Promise<readonly (StoredQuota & { readonly integrationId: string; readonly provider: string })[]>
  /**
   * Puts another state in the place of the version that was read; null when somebody was faster. One statement.
   *
   * @param written.ring has `hear` of all processes told
   * @throws IntegrationNotFoundError
   */
  swap(
    integrationId: string,
    written: { readonly version: number; readonly state: unknown; readonly ring: boolean },
  ): Promise<Pick<StoredQuota, 'version' | 'now'> | null>
  /** Hears which integration's quota all must look at; '' when something may have been missed. */
  hear(heard: (integrationId: string) => void): Promise<AsyncDisposable>
}

const CHANNEL = 'switchboard_quota'

/**
 * The quotas of a database.
 *
 * @param clock goes by another time than the database's own
 */
export function openQuotas(database: Database, clock: (() => Date) | null = null): Quotas {
  const { system } = database
  const time = (): Date | null => clock?.() ?? null
  return {
    async read(integrationId) {
      const [row] = await system.query<StoredQuota>(
        `select coalesce(q.version, 0)::int as version, q.state, q.updated_at as "asOf",
           coalesce($2::timestamptz, clock_timestamp()) as now
         from (select $1::uuid as id) asked left join quota q on q.integration_id = asked.id`,
        [integrationId, time()],
      )
      if (row === undefined) throw new IntegrationNotFoundError(integrationId)
      return row
    },
    all: () =>
      system.query(
        `select q.integration_id as "integrationId", i.provider, q.version::int as version, q.state,
           q.updated_at as "asOf", coalesce($1::timestamptz, clock_timestamp()) as now
         from quota q join integration i on i.id = q.integration_id where i.status = 'ACTIVE'`,
        [time()],
      ),
    async swap(integrationId, { version, state, ring }) {
      const values = [integrationId, version, JSON.stringify(state), ring, time()]
      const [written] = await system.query<Pick<StoredQuota, 'version' | 'now'>>(
        `with written as (${version === 0 ? INSERT : UPDATE} returning version, updated_at)
         select version::int as version, updated_at as now,
           case when $4::boolean then pg_notify('${CHANNEL}', $1::text) end
         from written`,
        values,
      )
      if (written !== undefined) return { version: written.version, now: written.now }
      // A first version that is not written has somebody else's in its place, or no integration.
      if (version === 0 && (await this.read(integrationId)).version === 0)
        throw new IntegrationNotFoundError(integrationId)
      return null
    },
    hear: (heard) => database.listen(CHANNEL, heard),
  }
}

const INSERT = `insert into quota (integration_id, workspace_id, version, state, updated_at)
  select id, workspace_id, $2::bigint + 1, $3::jsonb, coalesce($5::timestamptz, clock_timestamp())
  from integration where id = $1::uuid on conflict (integration_id) do nothing`

const UPDATE = `update quota set version = version + 1, state = $3::jsonb,
    updated_at = coalesce($5::timestamptz, clock_timestamp())
  where integration_id = $1::uuid and version = $2::bigint`
