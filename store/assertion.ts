import { createSecretKey, type KeyObject } from 'node:crypto'
import { errors, jwtVerify, SignJWT } from 'jose'
import { AssertionError } from './errors.ts'
import { deriveKey, type Key } from './vault.ts'
import type { Viewer, WorkspaceRole } from './viewer.ts'

/** Tells a subgraph who is asking, in a way that only holders of our keys can. */
export interface Assertions {
  /** A token good for at least 30 seconds, unless the viewer's own ends sooner. The same one for a while. */
  sign(viewer: Viewer): Promise<string>
  /** @throws AssertionError not ours, changed, or ended */
  verify(token: string): Promise<Viewer>
}

const LIFE_MS = 60_000
const ISSUER = 'switchboard'
const AUDIENCE = 'subgraph'
const ALGORITHM = 'HS256'
/** How many viewers, and how many assertions, are remembered. */
const REMEMBERED = 1_000
const ROLES: readonly WorkspaceRole[] = ['OWNER', 'ADMIN', 'AGENT', 'ANALYST']

interface Remembered<T> {
  readonly value: T
  readonly untilMs: number
}

/** Assertions under the installation's keys: the first signs, all verify. */
export function openAssertions(keys: readonly Key[], now: () => Date = () => new Date()): Assertions {
  const ring = new Map<string, KeyObject>(
    keys.map(({ id, key }) => [id, createSecretKey(deriveKey(key, 'switchboard assertion 1'))]),
  )
  const signed = new Map<string, Remembered<Promise<string>>>()
  const verified = new Map<string, Remembered<Viewer>>()
  const keyOf = (id: string | undefined): KeyObject => {
    const key = id === undefined ? undefined : ring.get(id)
    if (key === undefined) throw new AssertionError('an assertion is signed with a key that is not ours')
    return key
  }

  return {
    async sign(viewer) {
      const nowMs = now().getTime()
      const endsMs = Math.min(nowMs + LIFE_MS, viewer.expiresAt?.getTime() ?? Infinity)
      const name = JSON.stringify(toClaims(viewer))
      const known = signed.get(name)
      if (known !== undefined && known.untilMs > nowMs) return known.value
      const id = keys[0]?.id
      const value = new SignJWT(toClaims(viewer))
        .setProtectedHeader({ alg: ALGORITHM, kid: id ?? '' })
        .setIssuer(ISSUER)
        .setAudience(AUDIENCE)
        .setExpirationTime(new Date(endsMs))
        .sign(keyOf(id))
      remember(signed, name, { value, untilMs: nowMs + (endsMs - nowMs) / 2 })
      return value
    },
    async verify(token) {
      const nowMs = now().getTime()
      const known = verified.get(token)
      if (known !== undefined && known.untilMs > nowMs) return known.value
      try {
        const { payload } = await jwtVerify(token, (header) => keyOf(header.kid), {
          algorithms: [ALGORITHM],
          issuer: ISSUER,
          audience: AUDIENCE,
          requiredClaims: ['exp'],
          currentDate: new Date(nowMs),
        })
        const viewer = fromClaims(payload)
        remember(verified, token, { value: viewer, untilMs: (payload.exp ?? 0) * 1_000 })
        return viewer
      } catch (error) {
        if (error instanceof errors.JOSEError) {
          throw new AssertionError(`an assertion is refused: ${error.code}`, { cause: error })
        }
        throw error
      }
    },
  }
}

function remember<T>(known: Map<string, Remembered<T>>, name: string, remembered: Remembered<T>): void {
  known.delete(name)
  known.set(name, remembered)
  const [oldest] = known.keys()
  if (known.size > REMEMBERED && oldest !== undefined) known.delete(oldest)
}

const toClaims = (viewer: Viewer): Record<string, string | number | null> => ({
  sub: viewer.memberId,
  workspace: viewer.workspaceId,
  role: viewer.role,
  token: viewer.tokenId,
  ends: viewer.expiresAt?.getTime() ?? null,
})

function fromClaims(claims: Readonly<Record<string, unknown>>): Viewer {
  const { sub, workspace, token, ends } = claims
  const role = ROLES.find((each) => each === claims['role'])
  const whole = typeof sub === 'string' && typeof workspace === 'string' && typeof token === 'string'
  if (!whole || role === undefined || !(ends === null || typeof ends === 'number')) {
    throw new AssertionError('an assertion does not say who is asking')
  }
  const expiresAt = ends === null ? null : new Date(ends)
  return Object.freeze({ workspaceId: workspace, memberId: sub, role, tokenId: token, expiresAt })
}
