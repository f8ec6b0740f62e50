import { setTimeout as wait } from 'node:timers/promises'
import type { Credential } from './account.ts'
import type { Database, Queryable } from './database.ts'
import { DatabaseUnavailableError, IntegrationNotFoundError, RowNotFoundError } from './errors.ts'
import { createGate } from './gate.ts'
import type { Vault } from './vault.ts'

/**
 * What lets us act at providers, encrypted.
 *
 * When one ends is kept in the database's time and given out in this process's own, so that processes whose clocks
 * differ see the same left of it.
 */
export interface Credentials {
  /** Replaces what was there, in a transaction where one is given. @throws IntegrationNotFoundError */
  save(integrationId: string, credential: Credential, saving?: { readonly within: Queryable }): Promise<void>
  /** @throws RowNotFoundError none is kept: the integration was disconnected @throws VaultError it does not open */
  open(integrationId: string): Promise<Credential>
  /**
   * Puts another one in its place, one caller at a time among all processes: the others wait, and are given what was stored then.
   *
   * What `renew` answers is stored at once, also when the database session was lost meanwhile, unless somebody saved
   * another one; while the database is out of reach, this waits for it. Answering what it was given changes nothing.
   *
   * @throws RowNotFoundError none is kept
   * @throws what `renew` throws; then nothing was changed
   */
  renew(integrationId: string, renew: (stored: Credential) => Promise<Credential>): Promise<Credential>
  /** Forgets it; nothing happens when there is none. */
  remove(integrationId: string): Promise<void>
}

interface Owner {
  readonly workspaceId: string
  /** How far the database's clock is ahead of ours. */
  readonly aheadMs: number
}

interface Sealed extends Owner {
  readonly sealed: Buffer
}

/** What the database's clock says. */
interface Timed {
  readonly at: Date
}

/** A credential as it is sealed: without dates, which JSON does not have. */
type Kept = Omit<Credential, 'expiresAt'> & { readonly expiresAt: string | null }

/** So many renewals at a time hold a connection of the pool while a provider is asked. */
const RENEWALS_AT_ONCE = 3

/** How soon a database that is out of reach is asked again to take what nobody else has. */
const AGAIN_MS = 100

/** The credentials of a database. `now` is the clock by which this process says when one ends. */
export function openCredentials(database: Database, vault: Vault, now: () => Date): Credentials {
  const { system } = database
  const gate = createGate(RENEWALS_AT_ONCE)

  const aheadMs = (at: Date): number => at.getTime() - now().getTime()

  const seal = (credential: Credential, owner: Owner, subject: string): Buffer => {
    const expiresAt = moved(credential.expiresAt, owner.aheadMs)
    return vault.seal(JSON.stringify({ ...credential, expiresAt }), { workspaceId: owner.workspaceId, subject })
  }

  const read = async (within: Queryable, integrationId: string, lock: '' | 'for update'): Promise<Sealed> => {
    const [row] = await within.query<Omit<Sealed, 'aheadMs'> & Timed>(
      // The time is looked at when the lock is held, which may be long after it was asked for.
      `select workspace_id as "workspaceId", sealed, clock_timestamp() as at
       from (select * from credential where integration_id = $1 ${lock}) kept`,
      [integrationId],
    )
    if (row === undefined) throw new RowNotFoundError(`integration ${integrationId} has no credential`)
    return { ...row, aheadMs: aheadMs(row.at) }
  }

  /** Puts what is sealed anew in the place of what was read, unless somebody saved another one meanwhile. */
  const swap = (within: Queryable, integrationId: string, [old, fresh]: readonly [Buffer, Buffer]): Promise<unknown> =>
    within.query(`update credential set sealed = $3, updated_at = now() where integration_id = $1 and sealed = $2`, [
      integrationId,
      old,
      fresh,
    ])

  const swapOnceThere = async (integrationId: string, both: readonly [Buffer, Buffer]): Promise<unknown> => {
    for (;;) {
      try {
        return await swap(system, integrationId, both)
      } catch (error) {
        if (!(error instanceof DatabaseUnavailableError)) throw error
        await wait(AGAIN_MS)
      }
    }
  }

  const open = async (integrationId: string): Promise<Credential> => {
    const { sealed, ...owner } = await read(system, integrationId, '')
    const belonging = { workspaceId: owner.workspaceId, subject: integrationId }
    const plain = vault.open(sealed, belonging)
    // Sealed with an older key: sealed anew.
    if (!vault.isCurrent(sealed)) await swap(system, integrationId, [sealed, vault.seal(plain, belonging)])
    return toCredential(plain, owner)
  }

  return {
    open,
    async save(integrationId, credential, { within } = { within: system }) {
      const [owner] = await within.query<Timed & { workspaceId: string }>(
        `select workspace_id as "workspaceId", clock_timestamp() as at from integration where id = $1`,
        [integrationId],
      )
      if (owner === undefined) throw new IntegrationNotFoundError(integrationId)
      await within.query(
        `insert into credential (integration_id, workspace_id, sealed) values ($1, $2, $3)
         on conflict (integration_id) do update set sealed = excluded.sealed, updated_at = now()`,
        [integrationId, owner.workspaceId, seal(credential, { ...owner, aheadMs: aheadMs(owner.at) }, integrationId)],
      )
    },
    renew: (integrationId, renew) =>
      gate(async () => {
        const brought: { swap: readonly [Buffer, Buffer] | null } = { swap: null }
        try {
          return await database.transaction(null, async (tx) => {
            const { sealed, ...owner } = await read(tx, integrationId, 'for update')
            const plain = vault.open(sealed, { workspaceId: owner.workspaceId, subject: integrationId })
            const stored = toCredential(plain, owner)
            const fresh = await renew(stored)
            if (fresh === stored) return stored
            brought.swap = [sealed, seal(fresh, owner, integrationId)]
            await swap(tx, integrationId, brought.swap)
            return fresh
          })
        } catch (error) {
          if (brought.swap === null) throw error
          // The lock went with the session, and the provider may have ended the old one: what it gave must not be lost.
          await swapOnceThere(integrationId, brought.swap)
          return await open(integrationId)
        }
      }),
    async remove(integrationId) {
      await system.query('delete from credential where integration_id = $1', [integrationId])
    },
  }
}

/** In our own time. */
function toCredential(plain: string, { aheadMs }: Owner): Credential {
  const { expiresAt, ...kept } = JSON.parse(plain) as Kept // as it was sealed
  return { ...kept, expiresAt: moved(expiresAt === null ? null : new Date(expiresAt), -aheadMs) }
}

const moved = (date: Date | null, byMs: number): Date | null => date && new Date(date.getTime() + byMs)
