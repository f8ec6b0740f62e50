import type { DocumentNode, GraphQLError } from 'graphql'
import type { Viewer } from '../store/viewer.ts'
import { isIntrospectionOnly } from './access.ts'
import { createDocumentReader, type DocumentRules } from './documents.ts'
import { gatewayError, toGraphQLError } from './errors.ts'
import { findOperation } from './execute/compile.ts'
import { checkVariableNesting } from './nesting.ts'
import { compileCountObjects, type CountObjects } from './page-sizes.ts'
import type { OperationParameters, OperationTexts } from './persisted/operation-texts.ts'
import type { Safelist } from './persisted/safelist.ts'

/** An operation as a client sends it, and who the client is. */
export interface Asked extends OperationParameters {
  readonly operationName?: string | null | undefined
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined
  readonly viewer: Viewer | null
}

/** The document of an operation that may run, or why it may not. */
export type Admitted = { readonly document: DocumentNode } | { readonly errors: readonly GraphQLError[] }

/** Decides which operations run. */
export type Admission = (asked: Asked) => Admitted

/** What an admission goes by. */
export interface AdmissionOptions extends DocumentRules {
  readonly texts: OperationTexts
  /** Null where any operation may run. */
  readonly safelist: Safelist | null
}

/**
 * Makes the gate before the executor: a token, the limits, the schema, the list of operations, in this order. Who shows
 * no token learns nothing but that, unless the schema is public and nothing else is asked for.
 *
 * What asks for the schema alone need not be on the list: who may read the schema has a setting of its own.
 */
export function createAdmission(options: AdmissionOptions): Admission {
  const { schema, introspection, limits, texts, safelist } = options
  const read = createDocumentReader(options)
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

  const admit = (asked: Asked): Admitted => {
    const found = texts.find(asked)
    if ('errors' in found) return found
    const admitted = read(found.text)
    if ('errors' in admitted) return admitted
    const refusal = judge(asked, found.text, admitted.document)
    if (refusal !== null) return { errors: [refusal] }
    texts.keep(asked)
    return admitted
  }

  /** Says what stands against a document that fits the schema and keeps the limits on its text. */
  const judge = ({ operationName, variables }: Asked, text: string, document: DocumentNode): GraphQLError | null => {
    const nesting = checkVariableNesting(variables, limits)
    if (nesting !== null) return nesting
    try {
      const operation = findOperation(document, operationName ?? undefined)
      if (safelist !== null && !isIntrospectionOnly(operation, document) && !safelist.lets(text, document)) {
        return gatewayError('OPERATION_NOT_LISTED', 'Only listed operations run here: have this one added to the list.')
      }
      const objects = countOf(document, operationName ?? undefined)(variables ?? {})
      if (objects <= limits.maxObjects) return null
    } catch (error) {
      return toGraphQLError(error)
    }
    const message = `The operation may answer more than ${limits.maxObjects} objects; ask for smaller pages.`
    return gatewayError('OPERATION_TOO_COMPLEX', message)
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
