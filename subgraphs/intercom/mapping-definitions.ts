import type { Received } from '../../kit/wire.ts'
import type { Upsert } from '../../store/change.ts'
import { type AppliesTo, fieldRemoteId } from '../../store/definition-id.ts'
import type { DefinitionOption } from '../../store/kinds.ts'
import { declaredType } from './custom-fields.ts'
import type { DataAttributeWire, TicketAttributeWire } from './wire-definitions.ts'

interface Told {
  readonly appliesTo: AppliesTo
  readonly key: string
  readonly name: string
  readonly dataType: string
  readonly options: readonly string[]
  readonly position: number | null
  readonly archived: boolean
  readonly dates: { readonly createdAt: Date | null; readonly updatedAt: Date | null }
}

const optionOf = (value: string): DefinitionOption => ({ value, label: value })

function toDefinition(told: Told, native: Received<unknown>['native']): Upsert<'definition'> {
  const { appliesTo, key, name, dataType, options, position, archived, dates } = told
  return {
    op: 'upsert',
    kind: 'definition',
    remoteId: fieldRemoteId(appliesTo, key),
    version: null,
    fields: {
      ...dates,
      type: 'FIELD',
      name,
      appliesTo,
      key,
      // Text with closed choices is a list of them.
      valueType: options.length > 0 ? 'LIST' : declaredType(dataType),
      options: options.map(optionOf),
      position,
      active: !archived,
    },
    native,
  }
}

/** A field that the workspace gave its contacts or companies. */
export function toDataField({ wire, native }: Received<DataAttributeWire>): Upsert<'definition'> {
  const told = {
    appliesTo: wire.model,
    key: wire.name,
    name: wire.label,
    dataType: wire.data_type,
    options: wire.options ?? [],
    position: null,
    archived: wire.archived === true,
    dates: { createdAt: wire.created_at, updatedAt: wire.updated_at },
  }
  return toDefinition(told, native)
}

/** A field of a sort of ticket: records name it by its label, and so do all sorts that have one of the name. */
export function toTicketField({ wire, native }: Received<TicketAttributeWire>): Upsert<'definition'> {
  const told = {
    appliesTo: 'ticket',
    key: wire.name,
    name: wire.name,
    dataType: wire.data_type,
    options: [],
    position: wire.order ?? null,
    archived: wire.archived === true,
    dates: { createdAt: wire.created_at, updatedAt: wire.updated_at },
  } as const
  return toDefinition(told, native)
}
