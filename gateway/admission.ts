import type { DocumentNode, GraphQLError, GraphQLSchema } from 'graphql'
import type { Viewer } from '../store/viewer.ts'
import { isIntrospectionOnly, type IntrospectionSetting } from './access.ts'
import { createDocumentReader } from './documents.ts'
import { gatewayError, toGraphQLError } from './errors.ts'
import { findOperation } from './execute/compile.ts'
import type { Limits } from './limits.ts'
import { checkVariableNesting } from './nesting.ts'
import { compileCountObjects, type CountObjects } from './page-sizes.ts'

/** An operation as a client sends it, and who the client is. */
export interface Asked {
  readonly text: string
  readonly operationName?: string | null | undefined
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined
  readonly viewer: Viewer | null
}

/** The document of an operation that may run, or why it may not. */
export type Admitted = { readonly document: DocumentNode } | { readonly errors: readonly GraphQLError[] }

/** Decides which operations run. */
export type Admission = (asked: Asked) => Admitted

/**
 * Makes the gate before the executor: a token, the limits, the schema, in this order. Who shows no token learns
 * nothing but that, unless the schema is public and nothing else is asked for.
 */
export function createAdmission(schema: GraphQLSchema, introspection: IntrospectionSetting, limits: Limits): Admission {
  const read = createDocumentReader(schema, limits)
  const counts = new WeakMap<DocumentNode, Map<string, CountObjects>>()
  const countOf = (document: DocumentNode, operationName: string | undefined): CountObjects => {
    let byName = counts.get(document)
    if (byName === undefined) counts.set(document, (byName = new Map()))
    const key = operationName ?? ''
    let count = byName.get(key)
    if (count === undefined) {
      count = compileCountObjects(findOperation(document, operationName), document, schema)
      byName.set(key, count)
    }
    return count
  }

  const admit = ({ text, operationName, variables }: Asked): Admitted => {
    const admitted = read(text)
    if ('errors' in admitted) return admitted
    const nesting = checkVariableNesting(variables, limits)
    if (nesting !== null) return { errors: [nesting] }
    try {
      const objects = countOf(admitted.document, operationName ?? undefined)(variables ?? {})
      if (objects <= limits.maxObjects) return admitted
    } catch (error) {
      return { errors: [toGraphQLError(error)] }
    }
    const message = `The operation may answer more than ${limits.maxObjects} objects; ask for smaller pages.`
    return { errors: [gatewayError('OPERATION_TOO_COMPLEX', message)] }
  }

  return (asked) => {
    if (asked.viewer !== null) return admit(asked)
    if (introspection !== 'public') return refuseStranger()
    const admitted = admit(asked)
    if ('errors' in admitted) return refuseStranger()
    const operation = findOperation(admitted.document, asked.operationName ?? undefined)
    return isIntrospectionOnly(operation, admitted.document) ? admitted : refuseStranger()
  }
}

/** What who shows no valid token is told, whatever they asked. */
export function refuseStranger(): { readonly errors: readonly [GraphQLError] } {
  return { errors: [gatewayError('UNAUTHENTICATED', 'A valid token is needed: "Authorization: Bearer …".')] }
}
