import { Migrator } from '@mikro-orm/migrations'
import { MikroORM } from '@mikro-orm/postgresql'
import type { Pool } from 'pg'
import { ENTITIES } from './entities/tables.ts'
import { MIGRATIONS } from './migrations/list.ts'
import { traceStatements } from './statement-span.ts'

const POOL_SIZE = 4
const CONNECT_TIMEOUT_MS = 5_000

/** Opens the ORM over the control plane's entities, with the migrations as written SQL. It connects when first asked. */
export async function openOrm(url: string, applicationName: string): Promise<MikroORM> {
  return MikroORM.init({
    entities: [...ENTITIES],
    extensions: [Migrator],
    clientUrl: url,
    // What MikroORM itself reads from the URL knows nothing of unix sockets; the driver reads all of it.
    driverOptions: {
      connectionString: url,
      application_name: applicationName,
      max: POOL_SIZE,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      keepAlive: true,
      onPoolCreated: (pool: Pool) => void pool.on('connect', traceStatements),
    },
    // Broken connections are told to whoever asks; the ORM's own log would tell them twice.
    logger: () => undefined,
    discovery: { warnWhenNoEntities: false },
    migrations: {
      migrationsList: [...MIGRATIONS],
      tableName: 'migration',
      snapshot: false,
      transactional: true,
      allOrNothing: true,
      disableForeignKeys: false,
      silent: true,
    },
  })
}
