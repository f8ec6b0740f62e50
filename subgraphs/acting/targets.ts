import { fromNodeId } from '../../store/id.ts'
import type { Kind, RowOf } from '../../store/kinds.ts'
import type { SubgraphContext } from '../context.ts'
import { type UserError, userError } from '../interfaces/user-error.ts'

/** A row that an input names, or what is wrong with the name. */
export type Found<Row> = { readonly row: Row; readonly error: null } | { readonly row: null; readonly error: UserError }

/** Finds the row that an input field names, among the kinds that are allowed there. */
export async function findTarget<K extends Kind>(
  context: SubgraphContext,
  field: string,
  { id, kinds }: { readonly id: string; readonly kinds: readonly K[] },
): Promise<Found<RowOf<K>>> {
  const found = fromNodeId(id)
  const kind = kinds.find((each) => each === found?.kind)
  const row = found && kind !== undefined ? await context.reader.byId(kind, found.uuid) : null
  if (row !== null) return { row, error: null }
  return { row: null, error: userError('NOT_FOUND', field, `${field}: there is no ${kinds.join(' or ')} ${id}`) }
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
  const message = `${field}: expected a ${named.kind} of the same account, but ${named.id} belongs to another`
  return { row: null, error: userError('BAD_USER_INPUT', field, message) }
}
