import { GraphQLError } from 'graphql'
import type { SubgraphContext } from './context.ts'
import type { Viewer, WorkspaceRole } from '../store/viewer.ts'

/** An argument that cannot be served. The message names it, and says what would be right. */
export function badUserInput(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } })
}

const RANK: Readonly<Record<WorkspaceRole, number>> = { ANALYST: 0, AGENT: 1, ADMIN: 2, OWNER: 3 }

/** Whether somebody has at least that role. */
export const hasRole = ({ role }: Viewer, least: WorkspaceRole): boolean => RANK[role] >= RANK[least]

/**
 * Lets pass who has at least that role.
 *
 * @throws GraphQLError `FORBIDDEN`
 */
export function requireRole(context: SubgraphContext, least: WorkspaceRole): void {
  if (hasRole(context.viewer, least)) return
  throw new GraphQLError(`this needs the role ${least} or higher; the token has ${context.viewer.role}`, {
    extensions: { code: 'FORBIDDEN' },
  })
}
