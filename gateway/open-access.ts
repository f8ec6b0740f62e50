import type { Viewer } from '../store/viewer.ts'
import type { Access } from './access.ts'

/** Who everybody is where nobody is asked: one owner, of a workspace that no store knows. */
const ANYBODY: Viewer = Object.freeze({
  workspaceId: 'development',
  memberId: 'development',
  role: 'OWNER',
  tokenId: 'development',
  expiresAt: null,
})

/** Lets everybody in, whatever token they show, or none. For development only. */
export const OPEN_ACCESS: Access = { authenticate: async () => ANYBODY, isOpen: true }
