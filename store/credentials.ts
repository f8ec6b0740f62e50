import type { Credential } from './account.ts'
import type { Database, Queryable } from './database.ts'
import { IntegrationNotFoundError, RowNotFoundError } from './errors.ts'
import { createGate } from './gate.ts'
import type { Vault } from './vault.ts'

/** What lets us act at providers, encrypted. */
export interface Credentials {
  /** Replaces what was there, in a transaction where one is given. @throws IntegrationNotFoundError */
  save(integrationId: string, credential: Credential, saving?: { readonly within: Queryable }): Promise<void>
  /** @throws RowNotFoundError none is kept: the integration was disconnected @throws VaultError it does not open */
  open(integrationId: string): Promise<Credential>
  /**
   * Puts another one in its place, one caller at a time among all processes: the others wait, and are given what was stored then.
   *
   * What `renew` answers is stored at once, also when the database session was lost meanwhile, unless somebody saved
   * another one. Answering what it was given changes nothing.
   *
   * @throws RowNotFoundError none is kept
   * @throws what `renew` throws; then nothing was changed
   */
  renew(integrationId: string, renew: (stored: Credential) => Promise<Credential>): Promise<Credential>
  /** Forgets it; nothing happens when there is none. */
  remove(integrationId: string): Promise<void>
}

interface Sealed {
  readonly workspaceId: string
  readonly sealed: Buffer
}

/** So many renewals at a time hold a connection of the pool while a provider is asked. */
const RENEWALS_AT_ONCE = 3

/** The credentials of a database. */
export function openCredentials(database: Database, vault: Vault): Credentials {
  const { system } = database
  const gate = createGate(RENEWALS_AT_ONCE)

  const seal = (credential: Credential, workspaceId: string, subject: string): Buffer =>
    vault.seal(JSON.stringify(credential), { workspaceId, subject })

  const read = async (within: Queryable, integrationId: string, lock: '' | 'for update'): Promise<Sealed> => {
    const [row] = await within.query<Sealed>(
      `select workspace_id as "workspaceId", sealed from credential where integration_id = $1 ${lock}`,
      [integrationId],
    )
    if (row === undefined) throw new RowNotFoundError(`integration ${integrationId} has no credential`)
    return row
  }

  /** Puts what is sealed anew in the place of what was read, unless somebody saved another one meanwhile. */
  const swap = (within: Queryable, integrationId: string, [old, fresh]: readonly [Buffer, Buffer]): Promise<unknown> =>
    within.query(`update credential set sealed = $3, updated_at = now() where integration_id = $1 and sealed = $2`, [
      integrationId,
      old,
      fresh,
    ])

  const open = async (integrationId: string): Promise<Credential> => {
    const { workspaceId, sealed } = await read(system, integrationId, '')
    const belonging = { workspaceId, subject: integrationId }
    const plain = vault.open(sealed, belonging)
    // Sealed with an older key: sealed anew.
    if (!vault.isCurrent(sealed)) await swap(system, integrationId, [sealed, vault.seal(plain, belonging)])
    return toCredential(JSON.parse(plain))
  }

  return {
    open,
    async save(integrationId, credential, { within } = { within: system }) {
      const [owner] = await within.query<{ workspaceId: string }>(
        `select workspace_id as "workspaceId" from integration where id = $1`,
        [integrationId],
      )
      if (owner === undefined) throw new IntegrationNotFoundError(integrationId)
      await within.query(
        `insert into credential (integration_id, workspace_id, sealed) values ($1, $2, $3)
         on conflict (integration_id) do update set sealed = excluded.sealed, updated_at = now()`,
        [integrationId, owner.workspaceId, seal(credential, owner.workspaceId, integrationId)],
      )
    },
    renew: (integrationId, renew) =>
      gate(async () => {
        const brought: { swap: readonly [Buffer, Buffer] | null } = { swap: null }
        try {
          return await database.transaction(null, async (tx) => {
            const { workspaceId, sealed } = await read(tx, integrationId, 'for update')
            const stored = toCredential(JSON.parse(vault.open(sealed, { workspaceId, subject: integrationId })))
            const fresh = await renew(stored)
            if (fresh === stored) return stored
            brought.swap = [sealed, seal(fresh, workspaceId, integrationId)]
            await swap(tx, integrationId, brought.swap)
            return fresh
          })
        } catch (error) {
          if (brought.swap === null) throw error
          // The lock went with the session, and the provider may have ended the old one: what it gave must not be lost.
          await swap(system, integrationId, brought.swap)
          return await open(integrationId)
        }
      }),
    async remove(integrationId) {
      await system.query('delete from credential where integration_id = $1', [integrationId])
    },
  }
}

/** As `save` wrote it, but that JSON has no dates. */
function toCredential(stored: Omit<Credential, 'expiresAt'> & { readonly expiresAt: string | null }): Credential {
  const { accessToken, refreshToken, expiresAt, fields } = stored
  return { accessToken, refreshToken, fields, expiresAt: expiresAt === null ? null : new Date(expiresAt) }
}
