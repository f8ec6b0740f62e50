import { GraphQLError } from 'graphql'
import { SubgraphError } from '../errors.ts'
import type { SubgraphAnswerError } from '../transport/transport.ts'
import { toResponsePath } from './aliases.ts'

/** Words a subgraph's error for the client's answer: its message and extensions, our path, and which subgraph it was. */
export function blame(
  error: SubgraphAnswerError,
  path: readonly (string | number)[],
  serviceName: string,
): GraphQLError {
  return new GraphQLError(error.message, {
    path: path.length > 0 ? toResponsePath(path) : null,
    extensions: { ...error.extensions, serviceName },
    originalError: error instanceof Error ? error : null,
  })
}

/** Words the failure to ask a subgraph at all. What is not a SubgraphError is unexpected, and carries no code. */
export function blameFailure(failure: unknown, path: readonly string[], serviceName: string): GraphQLError {
  if (failure instanceof SubgraphError) {
    const { message, code } = failure
    const cause = failure.cause instanceof Error ? failure.cause : failure
    return new GraphQLError(message, {
      path: path.length > 0 ? toResponsePath(path) : null,
      extensions: { code, serviceName },
      originalError: cause,
    })
  }
  const original = failure instanceof Error ? failure : new Error(String(failure))
  return new GraphQLError(original.message, {
    path: path.length > 0 ? toResponsePath(path) : null,
    extensions: { serviceName },
    originalError: original,
  })
}

/** Words an answer that is no answer to what was asked. */
export function blameAnswer(what: string, path: readonly string[], serviceName: string): GraphQLError {
  return blameFailure(
    new SubgraphError('SUBGRAPH_ANSWER_INVALID', `subgraph "${serviceName}": ${what}`),
    path,
    serviceName,
  )
}
