import { fromNodeId } from '../../store/id.ts'
import type { Integration } from '../../store/integrations.ts'
import type { Kind, RowOf } from '../../store/kinds.ts'
import type { SubgraphContext } from '../context.ts'
import { type UserError, userError } from '../interfaces/user-error.ts'

/** What an input names, or what is wrong with the name. */
export type Found<Row> = { readonly row: Row; readonly error: null } | { readonly row: null; readonly error: UserError }

/**
 * Finds the row that an input field names, among the kinds that are allowed there.
 *
 * @param named.deleted whether it may be a tombstone: a deleted record keeps its id
 */
export async function findTarget<K extends Kind>(
  context: SubgraphContext,
  field: string,
  { id, kinds, deleted = false }: { readonly id: string; readonly kinds: readonly K[]; readonly deleted?: boolean },
): Promise<Found<RowOf<K>>> {
  const found = fromNodeId(id)
  const kind = kinds.find((each) => each === found?.kind)
  const row = found && kind !== undefined ? await context.reader.byId(kind, found.uuid, { deleted }) : null
  if (row !== null) return { row, error: null }
  return { row: null, error: userError('NOT_FOUND', field, `${field}: there is no ${kinds.join(' or ')} ${id}`) }
}

/** Finds the account that an input field names. */
export async function findAccount(
  { services, viewer }: SubgraphContext,
  field: string,
  id: string,
): Promise<Found<Integration>> {
  const found = fromNodeId(id)
  const row =
    found?.kind === 'integration' ? await services.store.integrations.find(viewer.workspaceId, found.uuid) : null
  if (row !== null) return { row, error: null }
  return { row: null, error: userError('NOT_FOUND', field, `${field}: there is no integration ${id}`) }
}

/** The remote id of a record of the same account that an optional input field names: undefined not given, null for none. */
export async function remoteIdOf<K extends Kind>(
  context: SubgraphContext,
  field: string,
  named: { readonly id: string | null | undefined; readonly kind: K; readonly integrationId: string },
): Promise<Found<string | null | undefined>> {
  if (named.id == null) return { row: named.id, error: null }
  const found = await findTarget(context, field, { id: named.id, kinds: [named.kind] })
  if (found.error !== null) return found
  if (found.row.integrationId === named.integrationId) return { row: found.row.remoteId, error: null }
  return { row: null, error: ofAnother(field, named.kind, named.id) }
}

/** What is wrong with a record of another account. */
export const ofAnother = (field: string, kind: Kind, id: string): UserError =>
  userError('BAD_USER_INPUT', field, `${field}: expected a ${kind} of the same account, but ${id} belongs to another`)

/** What inputs name beside the record that they are about. Undefined is not given, null is none. */
export interface Names {
  readonly assigneeId?: string | null
  readonly teamId?: string | null
  readonly companyId?: string | null
}

/** The same as the provider names it. */
export interface RemoteNames {
  readonly assigneeRemoteId: string | null | undefined
  readonly teamRemoteId: string | null | undefined
  readonly companyRemoteId: string | null | undefined
}

/** Finds what an input names in an account. `wrong` is empty when all of it was found. */
export async function findNamed(
  context: SubgraphContext,
  integrationId: string,
  { assigneeId, teamId, companyId }: Names,
): Promise<RemoteNames & { readonly wrong: readonly UserError[] }> {
  const [assignee, team, company] = await Promise.all([
    remoteIdOf(context, 'assigneeId', { id: assigneeId, kind: 'agent', integrationId }),
    remoteIdOf(context, 'teamId', { id: teamId, kind: 'team', integrationId }),
    remoteIdOf(context, 'companyId', { id: companyId, kind: 'company', integrationId }),
  ])
  return {
    assigneeRemoteId: assignee.row,
    teamRemoteId: team.row,
    companyRemoteId: company.row,
    wrong: [assignee, team, company].flatMap(({ error }) => error ?? []),
  }
}
