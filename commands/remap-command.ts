import { parseArgs } from 'node:util'
import { fromNodeId } from '../store/id.ts'
import { type Kind, KINDS } from '../store/kinds.ts'

/** Which rows are to be mapped again; null means all. */
export interface RemapCommand {
  readonly integrationId: string | null
  readonly provider: string | null
  readonly kinds: readonly Kind[] | null
  readonly restart: boolean
}

/** What the words after `remap` say: what to do, that help is wanted, or why they cannot be followed. */
export type RemapWords = RemapCommand | { readonly help: true } | { readonly problem: string }

/** How the command is written. */
export const remapUsage = `Usage (with npm, options stand after "--": npm run remap -- --provider NAME):

  remap [--integration ID] [--provider NAME] [--kind KIND]… [--restart]

  Maps what is stored again, from what the providers sent, by the mapping as it now is. No provider
  is asked. Run it after an upgrade that says so, once every process runs the new version. What
  comes in meanwhile stands; stopped or killed, it goes on where it was when it is run again.

  --integration ID  Only of this integration.
  --provider NAME   Only of integrations of this provider.
  --kind KIND       Only of these kinds: ${KINDS.slice(0, 6).join(', ')},
                    ${KINDS.slice(6).join(', ')}.
  --restart         Begins anew where a run was cut short, in place of going on: when the mapping was
                    changed once more since then.
  --help            Prints this.

  It ends with 0 when everything was mapped; with 1 when something was not, which stays as it was
  and is told, or when it was stopped; with 2 when it was not understood.`

const options = {
  integration: { type: 'string' },
  provider: { type: 'string' },
  kind: { type: 'string', multiple: true },
  restart: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** Reads the words after `remap`. */
export function readRemapCommand(words: readonly string[]): RemapWords {
  try {
    const { values } = parseArgs({ args: [...words], options })
    if (values.help === true) return { help: true }
    const integrationId = values.integration === undefined ? null : toIntegrationId(values.integration)
    if (integrationId === undefined) return { problem: 'remap: expected --integration with the id of one' }
    const provider = values.provider?.trim().toLowerCase() ?? null
    if (provider === '') return { problem: 'remap: expected --provider with the name of one' }
    const kinds = values.kind?.map((word) => ({ word, kind: toKind(word) })) ?? null
    const unknown = kinds?.find(({ kind }) => kind === undefined)
    if (unknown) {
      return { problem: `remap: expected --kind with one of ${KINDS.join(', ')}, but got "${unknown.word}"` }
    }
    const known = kinds?.flatMap(({ kind }) => kind ?? []) ?? null
    return { integrationId, provider, kinds: known, restart: values.restart === true }
  } catch (error) {
    // What parseArgs does not know, it says in a sentence.
    if (error instanceof TypeError) return { problem: `remap: ${error.message}` }
    throw error
  }
}

const toKind = (word: string): Kind | undefined =>
  KINDS.find((kind) => kind.toLowerCase() === word.trim().toLowerCase())

/** The id as the graph shows it, or as the database does; undefined when it is none. */
function toIntegrationId(text: string): string | undefined {
  const id = text.trim()
  if (UUID.test(id)) return id.toLowerCase()
  const node = fromNodeId(id)
  return node?.kind === 'integration' ? node.uuid : undefined
}
