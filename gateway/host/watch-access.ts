import type { Viewer } from '../../store/viewer.ts'
import type { Access } from '../access.ts'
import type { Clock } from '../clock.ts'

/** How the access of somebody who stays ended. */
export type AccessEnd = 'ended' | 'changed'

/** What to watch. */
export interface WatchOptions {
  readonly access: Access
  readonly clock: Clock
  readonly authorization: string | undefined
  readonly viewer: Viewer
  /** How often to ask again; also asked when the token says it ends. */
  readonly recheckMs: number
  /** Called once, when the token is no longer good, or lets somebody else in than before (another role, say). */
  onEnd(end: AccessEnd): void
}

/**
 * Checks again and again that a token still lets the same viewer in. The answer stops it.
 *
 * When it cannot be checked (the store is away), the access stays until the token's own end.
 */
export function watchAccess(options: WatchOptions): () => void {
  const { access, clock, viewer, recheckMs } = options
  let isStopped = false
  let cancel = () => {}
  const schedule = () => {
    const leftMs = viewer.expiresAt === null ? recheckMs : viewer.expiresAt.getTime() - clock.now().getTime()
    cancel = clock.after(Math.max(0, Math.min(recheckMs, leftMs)), () => void check())
  }
  const check = async () => {
    const found = await access.authenticate(options.authorization).catch(() => undefined)
    if (isStopped) return
    const end = judgeAccess(viewer, found, clock.now())
    if (end === null) schedule()
    else options.onEnd(end)
  }
  schedule()
  return () => {
    isStopped = true
    cancel()
  }
}

/**
 * Says whether the access of somebody who stays has ended.
 *
 * @param now who the token lets in now; undefined when that cannot be checked
 */
export function judgeAccess(before: Viewer, now: Viewer | null | undefined, time: Date): AccessEnd | null {
  if (now === null) return 'ended'
  if (before.expiresAt !== null && before.expiresAt <= time) return 'ended'
  if (now === undefined) return null
  const isSame =
    now.workspaceId === before.workspaceId &&
    now.memberId === before.memberId &&
    now.role === before.role &&
    now.tokenId === before.tokenId &&
    JSON.stringify(now.scopes) === JSON.stringify(before.scopes) &&
    now.expiresAt?.getTime() === before.expiresAt?.getTime()
  return isSame ? null : 'changed'
}
