import type { GraphQLError } from 'graphql'
import type { CompiledOperation } from './compile.ts'
import type { Data } from './data.ts'
import { startDeadline } from './deadline.ts'
import { startExecution, type Caller, type Execution, type Step } from './execution.ts'
import type { Variables } from './requires.ts'

/** The answer to an operation; `data` is absent when the operation did not run. Errors are not masked yet. */
export interface OperationResult {
  readonly data?: Data | null
  readonly errors?: readonly GraphQLError[]
  /** What the answer cost, as far as it was made. */
  readonly actualCost?: number
  /** What the client is told besides, when it asks. */
  readonly extensions?: Readonly<Record<string, unknown>>
}

/** What running a compiled operation needs. */
export interface Run {
  readonly compiled: CompiledOperation
  readonly variables: Variables
  /** Its signal aborts when the client is gone. */
  readonly caller: Caller
  readonly deadlineMs: number
  readonly introspection: OperationResult | null
}

/** Runs the steps of a query or mutation and shapes the answer, with what is there when the time is over. */
export function runOperation(run: Run, step: Step): Promise<OperationResult> | OperationResult {
  return runSteps(run, step, () => {})
}

/**
 * Runs steps within the deadline, after `begin` has put what is known already into the execution, and shapes the
 * answer.
 */
export function runSteps(
  run: Run,
  step: Step | null,
  begin: (execution: Execution) => void,
): Promise<OperationResult> | OperationResult {
  const { compiled, caller, variables, introspection } = run
  const deadline = startDeadline(caller.signal, run.deadlineMs)
  const execution = startExecution({ ...caller, signal: deadline.signal }, variables, null)
  deadline.signal.addEventListener('abort', () => execution.pending.forEach((giveUp) => giveUp()), { once: true })
  begin(execution)
  const waiting = step?.(execution)
  if (waiting) {
    return waiting.then(() => shapeAnswer(compiled, execution, introspection)).finally(() => deadline[Symbol.dispose]())
  }
  deadline[Symbol.dispose]()
  return shapeAnswer(compiled, execution, introspection)
}

/** Gives the data of an execution the client's shape. */
export function shapeAnswer(
  compiled: CompiledOperation,
  execution: Pick<Execution, 'data' | 'errors' | 'variables'>,
  introspection: OperationResult | null,
): OperationResult {
  const errors = [...execution.errors.map(compiled.pointAtAsked), ...(introspection?.errors ?? [])]
  const shaping = { introspection: introspection?.data ?? null, errors, variables: execution.variables }
  const { data, cost: actualCost } = compiled.shape(execution.data ?? {}, shaping)
  return errors.length > 0 ? { data, errors, actualCost } : { data, actualCost }
}
