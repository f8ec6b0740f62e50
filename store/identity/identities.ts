import type { Database } from '../database.ts'
import { type Asked, type Decided, link, unlink } from './decide.ts'
import { rederiveIdentity } from './rederive.ts'

/** Who is one person, across tools. */
export interface Identities {
  /** Says that two contacts are one person: until it is taken back, whatever else was decided before. */
  link(asked: Asked & { readonly otherId: string }): Promise<Decided>
  /**
   * Says that a contact is another person than one other; without one, than everybody. After a `link` of the same two,
   * everything is exactly as it was before.
   */
  unlink(asked: Asked): Promise<Decided>
  /** Gives customers to contacts that were stored before there were any; answers how many. Safe to stop and to repeat. */
  rederive(signal: AbortSignal): Promise<number>
}

/** The identities of a database. */
export const openIdentities = (database: Database): Identities => ({
  link: (asked) => link(database, asked),
  unlink: (asked) => unlink(database, asked),
  rederive: (signal) => rederiveIdentity(database, signal),
})
