import type { Integration } from '../../store/integrations.ts'
import type { Kind, RowOf } from '../../store/kinds.ts'
import type { SubgraphContext } from '../context.ts'
import { requireRole } from '../errors.ts'
import type { UserError } from '../interfaces/user-error.ts'
import type { Asking } from './acted.ts'
import { checkKey, checkLetters, present } from './checks.ts'
import { type ActingInput, fieldsOf } from './input.ts'
import { findAccount, findTarget, type Found, remoteIdOf } from './targets.ts'

type Checks = readonly (UserError | null)[]

/** What an acting mutation is about: the record that a field of its input names, and what else was checked. */
export interface Target<K extends Kind> {
  readonly field: string
  readonly id: string
  readonly kinds: readonly K[]
  readonly checks: Checks
  /** Whether it may be deleted; it may not when this is left out. */
  readonly deleted?: boolean
}

/** What was named, and how to ask for the action; or what is wrong with the input. */
type BegunWith<Row> =
  | { readonly row: Row; readonly asking: Asking; readonly wrong: null }
  | { readonly row: null; readonly wrong: readonly UserError[] }

/** The record, and how to ask for the action; or what is wrong with the input. */
export type Begun<K extends Kind> = BegunWith<RowOf<K>>

/**
 * Begins a mutation that acts at a provider: checks the role and the input, and finds what it names.
 *
 * @throws GraphQLError `FORBIDDEN` for less than an agent
 */
export function begin<K extends Kind>(
  context: SubgraphContext,
  input: ActingInput,
  target: Target<K>,
): Promise<Begun<K>> {
  return beginOn<RowOf<K>>(context, input, {
    ...target,
    find: () => findTarget(context, target.field, target),
    accountOf: (row) => row.integrationId,
  })
}

/**
 * Begins a mutation that makes something new in the account that `integrationId` names.
 *
 * @throws GraphQLError `FORBIDDEN` for less than an agent
 */
export function beginIn(
  context: SubgraphContext,
  input: ActingInput & { readonly integrationId: string },
  checks: Checks,
): Promise<BegunWith<Integration>> {
  const field = 'integrationId'
  return beginOn<Integration>(context, input, {
    field,
    checks,
    find: () => findAccount(context, field, input.integrationId),
    accountOf: (integration) => integration.id,
  })
}

interface Beginning<Row> {
  readonly field: string
  readonly checks: Checks
  readonly find: () => Promise<Found<Row>>
  readonly accountOf: (row: Row) => string
}

async function beginOn<Row>(
  context: SubgraphContext,
  input: ActingInput,
  { field, checks, find, accountOf }: Beginning<Row>,
): Promise<BegunWith<Row>> {
  requireRole(context, 'AGENT')
  const wrong = present(...checks, checkKey(input.idempotencyKey), checkLetters(input))
  if (wrong.length > 0) return { row: null, wrong }
  const found = await find()
  if (found.error !== null) return { row: null, wrong: [found.error] }
  const integrationId = accountOf(found.row)
  const agent = await remoteIdOf(context, 'agentId', { id: input.agentId, kind: 'agent', integrationId })
  if (agent.error !== null) return { row: null, wrong: [agent.error] }
  const asking: Asking = {
    integrationId,
    agentRemoteId: agent.row ?? null,
    idempotencyKey: input.idempotencyKey ?? null,
    input: toCompared(input),
    inputFields: fieldsOf(input),
    field,
  }
  return { row: found.row, asking, wrong: null }
}

/** How long one waits makes no other wish. */
function toCompared(input: ActingInput): Asking['input'] {
  const { waitMs: _, ...wish } = JSON.parse(JSON.stringify(input))
  return wish
}
