import type { Store } from '../store/store.ts'
import { deriveKey, type Key } from '../store/vault.ts'

/** The demo's workspace, and the token that opens it. */
export interface DemoWorkspace {
  readonly workspaceId: string
  readonly memberId: string
  readonly token: string
}

/**
 * The token of a demo that was given none: the same in every process that has the same keys, and after a restart.
 *
 * It tells nothing of the key.
 */
export function demoToken([first]: readonly Key[]): string {
  if (first === undefined) throw new TypeError('expected at least one key')
  return `swb_demo_${deriveKey(first.key, 'switchboard demo token 1').toString('base64url')}`
}

/** Makes the demo's workspace with one owner and one token, or finds them. Several processes may do so at once. */
export async function openDemoWorkspace(store: Store, token: string): Promise<DemoWorkspace> {
  const workspace = await store.workspaces.ensure('Demo')
  const member = await store.members.ensure(workspace.id, {
    email: 'demo@switchboard.example',
    name: 'Demo',
    role: 'OWNER',
  })
  await store.tokens.issue(member.id, { name: 'demo', expiresAt: null, secret: token })
  return { workspaceId: workspace.id, memberId: member.id, token }
}
