import type { Kind, RowOf } from '../../store/kinds.ts'
import type { SubgraphContext } from '../context.ts'
import { requireRole } from '../errors.ts'
import type { UserError } from '../interfaces/user-error.ts'
import type { Asking } from './act.ts'
import { checkKey, present } from './checks.ts'
import type { ActingInput } from './input.ts'
import { findTarget, remoteIdOf } from './targets.ts'

/** What an acting mutation is about: the record that a field of its input names, and what else was checked. */
export interface Target<K extends Kind> {
  readonly field: string
  readonly id: string
  readonly kinds: readonly K[]
  readonly checks: readonly (UserError | null)[]
}

/** The record, and how to ask for the action; or what is wrong with the input. */
export type Begun<K extends Kind> =
  | { readonly row: RowOf<K>; readonly asking: Asking; readonly wrong: null }
  | { readonly row: null; readonly wrong: readonly UserError[] }

/**
 * Begins a mutation that acts at a provider: checks the role and the input, and finds what it names.
 *
 * @throws GraphQLError `FORBIDDEN` for less than an agent
 */
export async function begin<K extends Kind>(
  context: SubgraphContext,
  input: ActingInput,
  target: Target<K>,
): Promise<Begun<K>> {
  requireRole(context, 'AGENT')
  const wrong = present(...target.checks, checkKey(input.idempotencyKey))
  if (wrong.length > 0) return { row: null, wrong }
  const found = await findTarget(context, target.field, target)
  if (found.error !== null) return { row: null, wrong: [found.error] }
  const { row } = found
  const { integrationId } = row
  const agent = await remoteIdOf(context, 'agentId', { id: input.agentId, kind: 'agent', integrationId })
  if (agent.error !== null) return { row: null, wrong: [agent.error] }
  const asking: Asking = {
    integrationId,
    agentRemoteId: agent.row ?? null,
    idempotencyKey: input.idempotencyKey ?? null,
    input: JSON.parse(JSON.stringify(input)),
    field: target.field,
  }
  return { row, asking, wrong: null }
}
