import type { Kind, RowOf } from '../../../store/kinds.ts'
import type { SubgraphContext } from '../../context.ts'

/** The row that a reference names; null for no reference, and for a row that is not (or no longer) there. */
export async function one<K extends Kind>(
  context: SubgraphContext,
  kind: K,
  id: string | null,
): Promise<RowOf<K> | null> {
  return id === null ? null : context.reader.byId(kind, id)
}

/** The rows that references name, in their order; those that are not there are left out. */
export async function many<K extends Kind>(
  context: SubgraphContext,
  kind: K,
  ids: readonly string[],
): Promise<readonly RowOf<K>[]> {
  const rows = await Promise.all(ids.map((id) => context.reader.byId(kind, id)))
  return rows.filter((row) => row !== null)
}
