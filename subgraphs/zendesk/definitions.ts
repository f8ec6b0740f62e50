import type { DefinitionRow, DefinitionType } from '../../store/kinds.ts'
import type { SubgraphContext } from '../context.ts'
import type { AccountScope } from '../interfaces/account.ts'
import { textAt } from '../native.ts'
import type { ZendeskBrand, ZendeskCustomStatus, ZendeskField, ZendeskForm } from './types-definitions.ts'
import { PROVIDER } from './wire.ts'

/** More than any account has of one sort. */
const MOST = 1000

/** What stands behind the sort in a definition's remote id. */
const idOf = ({ remoteId }: DefinitionRow): string => remoteId.slice(remoteId.lastIndexOf('/') + 1)

/** A stored brand, as the graph shows it. */
export const toBrand = (row: DefinitionRow): ZendeskBrand => ({
  remoteId: idOf(row),
  name: row.name,
  url: textAt(row.native, 'brand_url'),
  active: row.active,
})

/** A stored form, as the graph shows it. */
export const toForm = (row: DefinitionRow): ZendeskForm => ({
  remoteId: idOf(row),
  name: row.name,
  active: row.active,
  position: row.position,
})

/** A stored status of the account's own, as the graph shows it. */
export const toCustomStatus = (row: DefinitionRow): ZendeskCustomStatus => ({
  remoteId: idOf(row),
  label: row.name,
  customerLabel: textAt(row.native, 'end_user_label'),
  category: textAt(row.native, 'status_category'),
})

/** A stored field, as the graph shows it. */
export const toField = (row: DefinitionRow): ZendeskField => ({
  key: row.key ?? idOf(row),
  label: row.name,
  appliesTo: row.appliesTo ?? 'ticket',
  type: row.valueType ?? 'OTHER',
  nativeType: textAt(row.native, 'type'),
  options: row.options,
  active: row.active,
})

/** All that the accounts in sight defined of one sort, by name. */
export async function definedIn(
  context: SubgraphContext,
  { rowId }: AccountScope,
  type: DefinitionType,
): Promise<readonly DefinitionRow[]> {
  const account = rowId === null ? {} : { integrationIds: [rowId] }
  const filter = { providers: [PROVIDER], type: [type], ...account }
  return (await context.reader.list('definition', { first: MOST, filter })).rows
}
