import { createHash, randomBytes } from 'node:crypto'
import type { Settings } from './account.ts'
import type { Database } from './database.ts'
import type { Vault } from './vault.ts'

/** An OAuth authorization that a person has begun and not yet come back from. */
export interface PendingAuthorization {
  readonly workspaceId: string
  readonly memberId: string
  readonly provider: string
  /** What to call the integration; null names it after the account. */
  readonly name: string | null
  readonly settings: Settings
  readonly codeVerifier: string
  readonly redirectUri: string
}

/** Authorizations under way. */
export interface Authorizations {
  /** Keeps one for ten minutes. The state is what the provider sends the person back with; it is kept as a hash only. */
  begin(authorization: PendingAuthorization): Promise<{ readonly state: string }>
  /** Hands it out, once; null when there is none (any more). */
  take(state: string): Promise<PendingAuthorization | null>
}

const STATE_BYTES = 32
const LIFE_MS = 600_000

interface Row extends Omit<PendingAuthorization, 'codeVerifier'> {
  readonly sealed: Buffer
  readonly expiresAt: Date
}

/** The authorizations of a database. */
export function openAuthorizations(
  database: Database,
  vault: Vault,
  now: () => Date = () => new Date(),
): Authorizations {
  return {
    async begin(authorization) {
      const { workspaceId, memberId, provider, name, settings, codeVerifier, redirectUri } = authorization
      const state = randomBytes(STATE_BYTES).toString('base64url')
      const sealed = vault.seal(codeVerifier, { workspaceId, subject: subjectOf(state) })
      const begunAt = now()
      await database.system.query('delete from pending_authorization where expires_at < $1', [begunAt])
      await database.system.query(
        `insert into pending_authorization
           (state_hash, workspace_id, member_id, provider, name, settings, redirect_uri, sealed_verifier, expires_at)
         values ($1, $2, $3, $4, $5, $6::jsonb, $7, $8, $9)`,
        [
          hash(state),
          workspaceId,
          memberId,
          provider,
          name,
          JSON.stringify(settings),
          redirectUri,
          sealed,
          new Date(begunAt.getTime() + LIFE_MS),
        ],
      )
      return { state }
    },
    async take(state) {
      const [row] = await database.system.query<Row>(
        `delete from pending_authorization where state_hash = $1
         returning workspace_id as "workspaceId", member_id as "memberId", provider, name, settings,
           redirect_uri as "redirectUri", sealed_verifier as sealed, expires_at as "expiresAt"`,
        [hash(state)],
      )
      if (row === undefined || row.expiresAt <= now()) return null
      const { sealed, expiresAt: _expiresAt, ...rest } = row
      const codeVerifier = vault.open(sealed, { workspaceId: row.workspaceId, subject: subjectOf(state) })
      return { ...rest, codeVerifier }
    },
  }
}

const hash = (state: string): Buffer => createHash('sha256').update(state).digest()
const subjectOf = (state: string): string => `authorization ${hash(state).toString('base64url')}`
