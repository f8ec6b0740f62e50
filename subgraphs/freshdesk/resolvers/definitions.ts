import type { DefinitionRow } from '../../../store/kinds.ts'
import { objectAt, textAt } from '../../native.ts'
import type {
  FreshdeskBusinessHours,
  FreshdeskField,
  FreshdeskProduct,
  FreshdeskSlaPolicy,
} from '../types-definitions.ts'

/** Freshdesk's own id: what stands behind the sort of definition. */
const ownId = ({ remoteId }: DefinitionRow): string => remoteId.slice(remoteId.lastIndexOf('/') + 1)

/** A field, as clients see it. */
export const toField = ({ appliesTo, key, name, valueType, options }: DefinitionRow): FreshdeskField => ({
  appliesTo: appliesTo ?? 'ticket',
  key: key ?? name,
  label: name,
  type: valueType ?? 'OTHER',
  options,
})

/** A product, as clients see it. */
export const toProduct = (row: DefinitionRow): FreshdeskProduct => ({
  remoteId: ownId(row),
  name: row.name,
  description: textAt(row.native, 'description'),
  primaryEmail: textAt(row.native, 'primary_email'),
})

/** An SLA policy, as clients see it. */
export const toSlaPolicy = (row: DefinitionRow): FreshdeskSlaPolicy => ({
  remoteId: ownId(row),
  name: row.name,
  active: row.active,
  position: row.position,
  targets: objectAt(row.native, 'sla_target'),
})

/** Business hours, as clients see them. */
export const toBusinessHours = (row: DefinitionRow): FreshdeskBusinessHours => ({
  remoteId: ownId(row),
  name: row.name,
  timeZone: textAt(row.native, 'time_zone'),
  hours: objectAt(row.native, 'business_hours'),
})
