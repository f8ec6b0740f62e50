import type { Config } from '../config.ts'
import { keysOf } from '../foundation.ts'
import type { Member } from '../store/members.ts'
import { openStore, type Store } from '../store/store.ts'
import type { Token } from '../store/tokens.ts'
import { toTable } from './table.ts'
import type { TokenCommand } from './token-command.ts'

type Create = Extract<TokenCommand, { action: 'create' }>

/**
 * Carries out a command on the tokens of the installation that the settings name.
 *
 * A new token's secret, and the list, go to stdout alone; what is said about them goes to stderr.
 *
 * @returns the exit code: 1 when there is no such token
 * @throws StoreError the database cannot be had: another process has the embedded one, say
 */
export async function runTokenCommand(config: Config, command: TokenCommand): Promise<number> {
  const { databaseUrl, home } = config
  const log = (line: string): void => console.error(line)
  await using store = await openStore({ databaseUrl, home, keys: await keysOf(config), log })
  return await carryOut(store, command)
}

function carryOut(store: Store, command: TokenCommand): Promise<number> {
  switch (command.action) {
    case 'create':
      return create(store, command)
    case 'list':
      return list(store)
    case 'revoke':
      return revoke(store, command.id)
  }
}

async function create(store: Store, { workspace: name, email, role, ...draft }: Create): Promise<number> {
  const workspace = await store.workspaces.ensure(name)
  const members = await store.members.list(workspace.id)
  const known = members.find((each) => each.email === email.toLowerCase())
  const member = await store.members.ensure(workspace.id, { email, name: known?.name ?? email, role })
  const { id, secret } = await store.tokens.issue(member.id, draft)
  console.error(`${whoseItIs(member, known)} in the workspace ${workspace.name}.`)
  console.error(`Token ${id} (${draft.name}), good ${endOf(draft.expiresAt)}. Keep it: it is not shown again.`)
  console.log(secret)
  return 0
}

/** A mistyped name makes a stranger, and a role given in passing changes what all tokens of the member may do: both are told. */
function whoseItIs({ email, role }: Member, known: Member | undefined): string {
  if (known === undefined) return `${email} is now ${role}, a new member`
  return known.role === role
    ? `${email} is ${role}`
    : `${email} was ${known.role} and is now ${role}, by all their tokens,`
}

async function list(store: Store): Promise<number> {
  const tokens = await store.tokens.list()
  if (tokens.length === 0) console.error('There are no tokens.')
  const now = new Date()
  const head = ['ID', 'WORKSPACE', 'MEMBER', 'ROLE', 'NAME', 'CREATED', 'STATE', 'SCOPES']
  const rows = tokens.map((token) => [
    token.id,
    token.workspace,
    token.email,
    token.role,
    token.name,
    toDay(token.createdAt),
    stateOf(token, now),
    token.scopes.join(' '),
  ])
  if (rows.length > 0) console.log(toTable([head, ...rows]))
  return 0
}

async function revoke(store: Store, id: string): Promise<number> {
  const token = (await store.tokens.list()).find((each) => each.id === id)
  if (token === undefined) {
    console.error(`No token has the id ${id}; "token list" shows those there are.`)
    return 1
  }
  await store.tokens.revoke(id)
  console.error(
    token.revokedAt === null
      ? `Token ${id} of ${token.email} is revoked; running processes refuse it within five seconds.`
      : `Token ${id} of ${token.email} was revoked on ${toDay(token.revokedAt)}.`,
  )
  return 0
}

function stateOf({ expiresAt, revokedAt }: Token, now: Date): string {
  if (revokedAt !== null) return `revoked ${toDay(revokedAt)}`
  if (expiresAt !== null && expiresAt <= now) return `ended ${toDay(expiresAt)}`
  return `good ${endOf(expiresAt)}`
}

const toDay = (date: Date): string => date.toISOString().slice(0, 10)

const endOf = (date: Date | null): string =>
  date === null ? 'until it is revoked' : `until ${date.toISOString().slice(0, 16)}Z`
