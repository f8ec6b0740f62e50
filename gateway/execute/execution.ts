import type { GraphQLError } from 'graphql'
import type { Viewer } from '../../store/viewer.ts'
import type { ForwardedHeaders } from '../forwarded.ts'
import type { FetchListener } from '../transport/transport.ts'
import type { Data } from './data.ts'
import type { Variables } from './requires.ts'

/** On whose behalf an operation runs, and when it must stop. */
export interface Caller {
  readonly viewer: Viewer
  /** None when not given. */
  readonly forwarded?: ForwardedHeaders | undefined
  readonly requestId: string
  readonly signal: AbortSignal
  readonly onFetched?: FetchListener | undefined
}

/** One running of a compiled operation: what its steps read and write. */
export interface Execution {
  readonly caller: Caller
  readonly variables: Variables
  /** The answer so far, under the plan's keys; null until a root fetch answers. */
  data: Data | null
  readonly errors: GraphQLError[]
  /** Gives up the fetches that have not answered, one each: called when the signal aborts. */
  readonly pending: Set<() => void>
}

/** One step of a plan. Answers at once when nothing has to be waited for. Never rejects because of a subgraph. */
export type Step = (execution: Execution) => Promise<void> | void

/** Starts an execution. */
export function startExecution(caller: Caller, variables: Variables, data: Data | null): Execution {
  return { caller, variables, data, errors: [], pending: new Set() }
}
