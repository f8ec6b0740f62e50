import type { EntityManager } from '@mikro-orm/postgresql'
import type { Database } from '../database.ts'
import { nameFault } from '../unavailable.ts'

/**
 * Asks the ORM something with an entity manager of its own, so that nothing is remembered from one request to the next.
 *
 * @throws DatabaseUnavailableError as every query does
 */
export async function withEntities<T>(database: Database, work: (em: EntityManager) => Promise<T>): Promise<T> {
  try {
    return await work(database.orm.em.fork())
  } catch (error) {
    throw nameFault(error)
  }
}
