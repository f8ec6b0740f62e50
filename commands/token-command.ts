import { parseArgs } from 'node:util'
import type { WorkspaceRole } from '../store/viewer.ts'

/** One thing to do with API tokens. */
export type TokenCommand =
  | {
      readonly action: 'create'
      readonly workspace: string
      readonly email: string
      readonly role: WorkspaceRole
      /** What the token is called. */
      readonly name: string
      readonly scopes: readonly string[]
      /** Null: never. */
      readonly expiresAt: Date | null
    }
  | { readonly action: 'list' }
  | { readonly action: 'revoke'; readonly id: string }

/** Why a command line cannot be carried out, in a sentence. */
export interface BadCommand {
  readonly problem: string
}

/** How the command is written. */
export const tokenUsage = `Usage (with npm, words stand after "--": npm run token -- list):

  token create --workspace NAME --email ADDRESS --role ROLE [--name NAME] [--expires 90d]
               [--scope SCOPE]…
      Makes the workspace and the member where they are not there yet, and a token that stands for
      the member. The secret is printed this once. ROLE: ANALYST reads, AGENT also answers, ADMIN
      also connects tools, OWNER all. --name is what the token is called; --expires is in days (90d)
      or hours (12h), and without it the token does not end. Each --scope is one of those by which
      a supergraph guards fields and types (@requiresScopes).
  token list
  token revoke ID`

const ROLES: readonly WorkspaceRole[] = ['OWNER', 'ADMIN', 'AGENT', 'ANALYST']
const HOUR_MS = 3_600_000
const UNIT_MS: Readonly<Record<string, number>> = { h: HOUR_MS, d: 24 * HOUR_MS }

const options = {
  workspace: { type: 'string' },
  email: { type: 'string' },
  role: { type: 'string' },
  name: { type: 'string' },
  expires: { type: 'string' },
  scope: { type: 'string', multiple: true },
} as const

type Values = ReturnType<typeof parseArgs<{ options: typeof options }>>['values']

/** Reads the words after `token`. */
export function readTokenCommand(words: readonly string[], now: Date): TokenCommand | BadCommand {
  const [action, ...rest] = words
  if (action === undefined) return { problem: 'token: expected create, list or revoke' }
  try {
    const { values, positionals } = parseArgs({ args: rest, options, allowPositionals: true })
    if (action === 'create' && positionals.length === 0) return readCreate(values, now)
    if (action === 'list' && rest.length === 0) return { action }
    const [id, ...more] = positionals
    if (action === 'revoke' && id !== undefined && more.length === 0 && rest.length === 1) return { action, id }
    return { problem: `token: ${words.join(' ')} is not understood` }
  } catch (error) {
    // What parseArgs does not know, it says in a sentence.
    if (error instanceof TypeError) return { problem: `token ${action}: ${error.message}` }
    throw error
  }
}

function readCreate(values: Values, now: Date): TokenCommand | BadCommand {
  const workspace = values.workspace?.trim() ?? ''
  const email = values.email?.trim() ?? ''
  const role = ROLES.find((each) => each === values.role?.toUpperCase())
  const expiresAt = values.expires === undefined ? null : toEnd(values.expires, now)
  if (workspace === '') return { problem: 'token create: expected --workspace with the name of one' }
  if (!/^[^\s@]+@[^\s@]+$/.test(email)) return { problem: 'token create: expected --email with an address' }
  if (role === undefined) return { problem: `token create: expected --role with one of ${ROLES.join(', ')}` }
  if (expiresAt === undefined) return { problem: 'token create: expected --expires as days or hours: 90d, 12h' }
  const name = values.name?.trim() || 'command line'
  const scopes = (values.scope ?? []).map((scope) => scope.trim())
  if (scopes.includes('')) return { problem: 'token create: expected --scope with the name of one' }
  return { action: 'create', workspace, email, role, name, scopes, expiresAt }
}

/** When a token ends that is good for `90d` or `12h` from now on; undefined when that cannot be read. */
function toEnd(text: string, now: Date): Date | undefined {
  const [, digits, unit] = /^([1-9]\d{0,4})([hd])$/.exec(text) ?? []
  const unitMs = UNIT_MS[unit ?? '']
  return unitMs === undefined ? undefined : new Date(now.getTime() + Number(digits) * unitMs)
}
