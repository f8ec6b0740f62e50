import { getVariableValues, print, separateOperations, type DocumentNode, type GraphQLSchema } from 'graphql'
import type { Viewer } from '../../store/viewer.ts'
import { findOperation } from '../execute/compile.ts'
import type { OperationRequest } from '../execute/executor.ts'
import { asksForReplay } from './replay.ts'
import { findResume } from './resume.ts'

/** A variable that says nothing but where to go on stands in an operation twice: where it is declared, and where it is given. */
const USES = 2

/** What a subscription asks, and for whom. */
export type Subscribing = Pick<OperationRequest, 'document' | 'operationName' | 'variables' | 'viewer' | 'forwarded'>

/** With whom a subscription may share. */
export interface Sharing {
  /** The same for subscriptions whose every event has the same answer. */
  readonly key: string
  /** Whether it begins with events of the past, which a late joiner would miss. */
  readonly replays: boolean
  /**
   * The same for subscriptions that hear the same once they have heard the same event; null where it cannot be told by
   * cursors which event that is.
   */
  readonly course: string | null
  /** The cursor it begins after; null for from now on. */
  readonly after: string | null
}

/** Says with whom a subscription may share; null for one that cannot start, and finds its errors when it runs. */
export type FindSharing = (subscribing: Subscribing) => Sharing | null

/**
 * Makes the finder.
 *
 * Two subscriptions share when their operation reads the same after parsing (white space, comments, other operations
 * and fragments that are not used do not count), their variables are the same after coercion (so a default counts like
 * the same value given), and their viewers and forwarded headers are the same in
 * everything.
 *
 * In everything means by token, not only by member and role: a subgraph is told when the token ends, and an assertion
 * made for one that has ended is refused, so a member's good token must not depend on another that ends before.
 */
export function createSharingFinder(schema: GraphQLSchema): FindSharing {
  const texts = new WeakMap<DocumentNode, Map<string, string>>()
  const textOf = (document: DocumentNode, name: string): string => {
    let byName = texts.get(document)
    if (byName === undefined) texts.set(document, (byName = new Map()))
    let text = byName.get(name)
    if (text === undefined) byName.set(name, (text = print(separateOperations(document)[name] ?? document)))
    return text
  }
  return ({ document, operationName, variables, viewer, forwarded }) => {
    if (viewer === null) return null
    try {
      const operation = findOperation(document, operationName ?? undefined)
      const { coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], variables ?? {})
      if (coerced === undefined) return null
      const text = textOf(document, operation.name?.value ?? '')
      // Coercion gives variables the order of their declarations, and input objects the order of their type.
      const keyWith = (variables: typeof coerced): string =>
        JSON.stringify([scopeOf(viewer), forwarded, operation.name?.value ?? null, variables, text])
      const replays = asksForReplay(operation, document, schema, coerced)
      const place = findResume(operation, document, schema)?.variable ?? null
      const isOwn = place !== null && text.split(new RegExp(`\\$${place}\\b`)).length === USES + 1
      if (!isOwn) return { key: keyWith(coerced), replays, course: null, after: null }
      const { [place]: after = null, ...others } = coerced
      const cursor = typeof after === 'string' || typeof after === 'number' ? String(after) : null
      return { key: keyWith(coerced), replays, course: keyWith(others), after: cursor }
    } catch {
      // No such operation: the executor words it.
      return null
    }
  }
}

/** All there is to know of a viewer, so that a field it gets one day counts too. */
function scopeOf(viewer: Viewer): unknown[] {
  return Object.entries(viewer).toSorted(([one], [other]) => (one < other ? -1 : 1))
}
