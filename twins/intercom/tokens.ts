import { randomBytes } from 'node:crypto'
import type { TwinClock } from '../clock.ts'
import { apiError } from './errors.ts'

/** A code is good for this long, once. */
const codeLifeSeconds = 600

/** Who an installation acts as. */
export interface Installation {
  readonly token: string
  readonly adminId: string
}

/** The workspace's installations of the app: tokens, and codes that become tokens. */
export interface Tokens {
  /** Makes a code good for whoever allows the app in. */
  issueCode(code: string, adminId: string): void
  /** Makes a token of a code. @throws 404 a code that is unknown, used or too old */
  redeem(code: string, token: string): void
  /** @throws 401 no token, an unknown or a revoked one */
  authorize(authorization: string | undefined): Installation
  /** Ends one token, or all of them. Answers how many ended. */
  revoke(token?: string): number
  /** Whether anybody still has the app installed. */
  anyActive(): boolean
  save(): SavedTokens
  /** Brings back what was saved; the private app's token is good unless it was revoked. */
  restore(saved: SavedTokens): void
}

/** All that is known of tokens, as JSON. */
export interface SavedTokens {
  readonly active: readonly Installation[]
  readonly revoked: readonly string[]
  readonly codes: readonly (readonly [code: string, promise: CodePromise])[]
}

interface CodePromise {
  readonly adminId: string
  readonly expiresAt: number
}

/** A code nobody can guess. */
export function newCode(): string {
  return randomBytes(20).toString('hex')
}

/** A token nobody can guess, in the form of the real ones. */
export function newToken(): string {
  return `dG9r${randomBytes(32).toString('base64url')}`
}

/** Starts with the static token of a private app, if there is one. */
export function createTokens(
  clock: TwinClock,
  first: { readonly accessToken: string; readonly adminId: string },
): Tokens {
  const active = new Map<string, Installation>()
  const revoked = new Set<string>()
  const codes = new Map<string, CodePromise>()
  const install = (token: string, adminId: string): void => void active.set(token, { token, adminId })
  install(first.accessToken, first.adminId)
  return {
    issueCode(code, adminId) {
      codes.set(code, { adminId, expiresAt: clock.seconds() + codeLifeSeconds })
    },
    redeem(code, token) {
      const found = codes.get(code)
      codes.delete(code)
      if (!found || found.expiresAt < clock.seconds()) {
        throw apiError(404, 'token_not_found', 'Code was not found, was already used or has expired')
      }
      install(token, found.adminId)
    },
    authorize(authorization) {
      const token = /^Bearer\s+(\S+)$/i.exec(authorization ?? '')?.[1]
      const installation = token === undefined ? undefined : active.get(token)
      if (installation) return installation
      if (token !== undefined && revoked.has(token)) throw apiError(401, 'token_revoked', 'Access Token Revoked')
      throw apiError(401, 'unauthorized', 'Access Token Invalid')
    },
    revoke(token) {
      const ending = token === undefined ? [...active.keys()] : active.has(token) ? [token] : []
      for (const one of ending) {
        active.delete(one)
        revoked.add(one)
      }
      return ending.length
    },
    anyActive: () => active.size > 0,
    save: () => ({ active: [...active.values()], revoked: [...revoked], codes: [...codes] }),
    restore(saved) {
      active.clear()
      for (const token of saved.revoked) revoked.add(token)
      for (const [code, promise] of saved.codes) codes.set(code, promise)
      for (const { token, adminId } of saved.active) install(token, adminId)
      if (!revoked.has(first.accessToken)) install(first.accessToken, first.adminId)
    },
  }
}
