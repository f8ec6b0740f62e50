import { Client } from 'pg'
import type { Database } from './database.ts'
import { ensureRole } from './role.ts'
import { nameFault } from './unavailable.ts'

/** The advisory lock under which one process migrates while the others wait. Any constant would do. */
const MIGRATION_LOCK = 7_205_846_113

/**
 * Brings the database's tables up to date. Running it again changes nothing; several processes may run it at once.
 *
 * @throws DatabaseRoleError when the login may neither make nor take the role that row-level security stands on
 */
export async function migrate(database: Database): Promise<void> {
  const client = new Client({ connectionString: database.url, application_name: 'switchboard migration' })
  client.on('error', () => undefined)
  try {
    await client.connect()
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK])
    await ensureRole(client)
    await database.orm.migrator.up()
  } catch (error) {
    throw nameFault(error)
  } finally {
    // Ending the session gives the lock back.
    await client.end().catch(() => undefined)
  }
}
