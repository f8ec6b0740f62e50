import type { Viewer } from '../store/viewer.ts'
import type { Requirement } from './execute/access-rules.ts'

/** Says whether a viewer has what is required to see something. Viewers that are the same in everything have the same. */
export type Grants = (viewer: Viewer, requirement: Requirement) => boolean

/** Says whether a policy lets a viewer see what it guards. */
export type AllowsPolicy = (viewer: Viewer, policy: string) => boolean

/** Nobody is let past a policy of which nothing is said. */
export const ALLOW_NO_POLICY: AllowsPolicy = () => false

/** Where everybody is let in, everything is seen. For development only. */
export const GRANT_ALL: Grants = () => true

/**
 * Grants by what viewers have: scopes are those of the token, policies what `allows` says. Whoever is a viewer has shown
 * who they are.
 */
export function createGrants(allows: AllowsPolicy): Grants {
  return (viewer, { kind, alternatives }) => {
    switch (kind) {
      case 'authenticated':
        return true
      case 'scopes':
        return alternatives.some((scopes) => scopes.every((scope) => viewer.scopes?.includes(scope) === true))
      case 'policies':
        return alternatives.some((policies) => policies.every((policy) => allows(viewer, policy)))
    }
  }
}
