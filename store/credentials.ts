import type { Credential } from './account.ts'
import type { Database, Queryable } from './database.ts'
import { IntegrationNotFoundError, RowNotFoundError } from './errors.ts'
import type { Vault } from './vault.ts'

/** What lets us act at providers, encrypted. */
export interface Credentials {
  /** Replaces what was there, in a transaction where one is given. @throws IntegrationNotFoundError */
  save(integrationId: string, credential: Credential, saving?: { readonly within: Queryable }): Promise<void>
  /** @throws RowNotFoundError none is kept: the integration was disconnected @throws VaultError it does not open */
  open(integrationId: string): Promise<Credential>
  /** Forgets it; nothing happens when there is none. */
  remove(integrationId: string): Promise<void>
}

interface Sealed {
  readonly workspaceId: string
  readonly sealed: Buffer
}

/** The credentials of a database. */
export function openCredentials(database: Database, vault: Vault): Credentials {
  const { system } = database
  return {
    async save(integrationId, credential, { within } = { within: system }) {
      const [owner] = await within.query<{ workspaceId: string }>(
        `select workspace_id as "workspaceId" from integration where id = $1`,
        [integrationId],
      )
      if (owner === undefined) throw new IntegrationNotFoundError(integrationId)
      const sealed = vault.seal(JSON.stringify(credential), { ...owner, subject: integrationId })
      await within.query(
        `insert into credential (integration_id, workspace_id, sealed) values ($1, $2, $3)
         on conflict (integration_id) do update set sealed = excluded.sealed, updated_at = now()`,
        [integrationId, owner.workspaceId, sealed],
      )
    },
    async open(integrationId) {
      const [row] = await system.query<Sealed>(
        `select workspace_id as "workspaceId", sealed from credential where integration_id = $1`,
        [integrationId],
      )
      if (row === undefined) throw new RowNotFoundError(`integration ${integrationId} has no credential`)
      const belonging = { workspaceId: row.workspaceId, subject: integrationId }
      const plain = vault.open(row.sealed, belonging)
      if (!vault.isCurrent(row.sealed)) {
        // Sealed with an older key: sealed anew, unless somebody saved another one meanwhile.
        await system.query(`update credential set sealed = $3 where integration_id = $1 and sealed = $2`, [
          integrationId,
          row.sealed,
          vault.seal(plain, belonging),
        ])
      }
      return toCredential(JSON.parse(plain))
    },
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
