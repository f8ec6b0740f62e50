import { readFile } from 'node:fs/promises'
import { explainOperation, ExplainError } from '../gateway/explain-operation.ts'
import type { PlanCommand } from './plan-command.ts'

/** The ways out, and the supergraph that is printed for when none is named. */
export interface PlanIo {
  readonly ownSupergraph: string
  readonly out: (text: string) => void
  readonly complain: (sentence: string) => void
}

/** Prints a plan. Answers the code to end with: 0, or 2 when a file, or what is in it, cannot be used. */
export async function runPlanCommand(command: PlanCommand, { ownSupergraph, out, complain }: PlanIo): Promise<number> {
  const { supergraph, operation, ...which } = command
  try {
    const supergraphSdl = await read(supergraph ?? ownSupergraph, 'supergraph')
    const text = await read(operation, 'operation')
    out(await explainOperation({ supergraphSdl, text, ...which }))
    return 0
  } catch (error) {
    if (!(error instanceof ExplainError)) throw error
    complain(`plan: ${error.message}`)
    return 2
  }
}

async function read(file: string, what: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    throw new ExplainError(`the file of the ${what} cannot be read: ${file}`, { cause })
  }
}
