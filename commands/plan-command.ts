import { parseArgs } from 'node:util'

/** What to print the plan of. */
export interface PlanCommand {
  /** The file of the supergraph; null for our own. */
  readonly supergraph: string | null
  /** The file of the operation. */
  readonly operation: string
  /** Which of the file's operations; null when it has one. */
  readonly name: string | null
  /** Of these only those count that conditions (`@skip`, `@include`) hang on. */
  readonly variables: Readonly<Record<string, unknown>>
}

/** How the command is written. */
export const planUsage = `Usage (with npm, words stand after "--": npm run plan -- --operation FILE):

  plan --operation FILE [--supergraph FILE] [--name NAME] [--variables JSON]
      Prints how an operation is carried out over the subgraphs. Without --supergraph it is Switchboard's own.
      --name says which operation of the file; --variables decides what is skipped or included.`

const options = {
  operation: { type: 'string' },
  supergraph: { type: 'string' },
  name: { type: 'string' },
  variables: { type: 'string' },
} as const

/** Reads the words after `plan`; a problem is a sentence. */
export function readPlanCommand(words: readonly string[]): PlanCommand | { readonly problem: string } {
  try {
    const { values } = parseArgs({ args: [...words], options })
    if (values.operation === undefined) return { problem: 'plan: expected --operation with the file of the operation' }
    const variables = readVariables(values.variables ?? '{}')
    if (variables === null) return { problem: 'plan: expected --variables to be an object of JSON' }
    const { operation, supergraph = null, name = null } = values
    return { operation, supergraph, name, variables }
  } catch (error) {
    return { problem: `plan: ${error instanceof Error ? error.message : String(error)}` }
  }
}

function readVariables(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const given: unknown = JSON.parse(text)
    return typeof given === 'object' && given !== null && !Array.isArray(given) ? { ...given } : null
  } catch {
    return null
  }
}
