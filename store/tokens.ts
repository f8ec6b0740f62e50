import { createHash, randomBytes } from 'node:crypto'
import type { Database } from './database.ts'
import { withEntities } from './entities/ask.ts'
import { TokenEntity } from './entities/tables.ts'
import { RowNotFoundError } from './errors.ts'
import type { Viewer, WorkspaceRole } from './viewer.ts'

/** A token, without its secret: nobody has that. */
export interface Token {
  readonly id: string
  readonly name: string
  /** The name of the workspace it opens. */
  readonly workspace: string
  /** Of the member it stands for, with the role it has through them. */
  readonly email: string
  readonly role: WorkspaceRole
  /** What it may be used for, by the names that supergraphs have for it. */
  readonly scopes: readonly string[]
  readonly createdAt: Date
  /** Null: never. */
  readonly expiresAt: Date | null
  readonly revokedAt: Date | null
}

/** API tokens: hashed at rest, ending and revocable. */
export interface Tokens {
  /**
   * Makes a token for a member. The secret is told this once and kept nowhere.
   *
   * @param draft.scopes none when not given
   * @param draft.secret a secret that was chosen elsewhere (the demo's); issuing it again to the same member renews it
   */
  issue(
    memberId: string,
    draft: { name: string; expiresAt: Date | null; scopes?: readonly string[]; secret?: string },
  ): Promise<{ readonly id: string; readonly secret: string }>
  /** Who is asking, by an `Authorization` header; null when the token is missing, unknown, ended or revoked. */
  authenticate(authorization: string | undefined): Promise<Viewer | null>
  /** Ends a token. Other processes know within five seconds. */
  revoke(id: string): Promise<void>
  /** Every token there is or was, oldest first: for who runs the installation. */
  list(): Promise<readonly Token[]>
}

/** Begins our secrets, so that scanners recognise one that was leaked. */
const PREFIX = 'swb_'
const SECRET_BYTES = 32
const SHORTEST_SECRET = 16
/** How long a good token is not looked up again: a revocation or a new role is noticed after at most this. */
const REMEMBER_MS = 5_000
const REMEMBERED = 10_000
const LONGEST_HEADER = 4_096

/** The tokens of a database. */
export function openTokens(database: Database, now: () => Date = () => new Date()): Tokens {
  const known = new Map<string, { readonly viewer: Promise<Viewer | null>; readonly untilMs: number }>()

  const look = (digest: Buffer): Promise<Viewer | null> => {
    const name = digest.toString('base64')
    const nowMs = now().getTime()
    const found = known.get(name)
    if (found !== undefined && found.untilMs > nowMs) return found.viewer
    const viewer = findViewer(database, digest)
    known.delete(name)
    known.set(name, { viewer, untilMs: nowMs + REMEMBER_MS })
    // Only good ones are remembered, so that guesses do not push them out; a fault is not an answer either.
    const forget = (): void => {
      if (known.get(name)?.viewer === viewer) known.delete(name)
    }
    viewer.then((good) => {
      if (good === null) forget()
    }, forget)
    const [oldest] = known.keys()
    if (known.size > REMEMBERED && oldest !== undefined) known.delete(oldest)
    return viewer
  }

  return {
    async issue(memberId, { name, expiresAt, scopes = [], secret = makeSecret() }) {
      if (secret.length < SHORTEST_SECRET)
        throw new TypeError(`expected a token of at least ${SHORTEST_SECRET} letters`)
      const [row] = await database.system.query<{ id: string }>(
        `insert into token (workspace_id, member_id, name, secret_hash, expires_at, scopes)
         select workspace_id, id, $2, $3, $4, $5 from member where id = $1
         on conflict (secret_hash) do update
           set name = excluded.name, expires_at = excluded.expires_at, scopes = excluded.scopes, revoked_at = null
           where token.member_id = excluded.member_id
         returning id`,
        [memberId, name, hash(secret), expiresAt, [...scopes]],
      )
      if (row === undefined) throw new RowNotFoundError('no such member, or the token is another member’s')
      known.clear()
      return { id: row.id, secret }
    },
    async authenticate(authorization) {
      const secret = readBearer(authorization)
      const viewer = secret === null ? null : await look(hash(secret))
      return viewer !== null && (viewer.expiresAt === null || viewer.expiresAt > now()) ? viewer : null
    },
    async revoke(id) {
      await withEntities(database, (em) => em.nativeUpdate(TokenEntity, { id, revokedAt: null }, { revokedAt: now() }))
      known.clear()
    },
    list: () =>
      database.system.query<Token>(
        `select t.id, t.name, w.name as workspace, m.email, m.role, t.scopes, t.created_at as "createdAt",
           t.expires_at as "expiresAt", t.revoked_at as "revokedAt"
         from token t join member m on m.id = t.member_id join workspace w on w.id = t.workspace_id
         order by t.created_at, t.id`,
      ),
  }
}

function makeSecret(): string {
  return PREFIX + randomBytes(SECRET_BYTES).toString('base64url')
}

async function findViewer(database: Database, digest: Buffer): Promise<Viewer | null> {
  // Looked up by the hash: how long that takes tells nothing of any secret.
  const [row] = await database.system.query<Viewer>(
    `select t.workspace_id as "workspaceId", t.member_id as "memberId", m.role, t.id as "tokenId", t.scopes,
       t.expires_at as "expiresAt"
     from token t join member m on m.id = t.member_id
     where t.secret_hash = $1 and t.revoked_at is null`,
    [digest],
  )
  return row === undefined ? null : Object.freeze(row)
}

/** The secret of a `Bearer` header; null for anything else. */
function readBearer(authorization: string | undefined): string | null {
  if (authorization === undefined || authorization.length > LONGEST_HEADER) return null
  return /^bearer +([^\s]+) *$/i.exec(authorization)?.[1] ?? null
}

const hash = (secret: string): Buffer => createHash('sha256').update(secret).digest()
