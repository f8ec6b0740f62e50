import type { z } from 'zod'
import { type AppliesTo, definitionRemoteId, fieldRemoteId } from '../../store/definition-id.ts'
import type { Upsert } from '../../store/change.ts'
import type { DefinitionFields } from '../../store/kinds.ts'
import type { Received } from '../../kit/wire.ts'
import type { FieldWire, wireBrand, wireCustomStatus, wireForm, wirePolicy } from './wire-definitions.ts'
import { FIELD_TYPE } from './words.ts'

const NOTHING = { appliesTo: null, key: null, valueType: null, options: [], position: null, active: true } as const

interface Dated {
  readonly created_at: Date | null
  readonly updated_at: Date | null
}

function define(
  remoteId: string,
  { wire, native }: Received<Dated>,
  what: Pick<DefinitionFields, 'type' | 'name'> & Partial<DefinitionFields>,
): Upsert<'definition'> {
  const fields = { ...NOTHING, createdAt: wire.created_at, updatedAt: wire.updated_at, ...what }
  return { op: 'upsert', kind: 'definition', remoteId, version: null, fields, native }
}

/** The key of a field among the custom fields of a record: of tickets it is the field's id. */
export const keyOf = (wire: FieldWire, appliesTo: AppliesTo): string =>
  appliesTo === 'ticket' ? wire.id : (wire.key ?? wire.id)

/** A field of the account's own. */
export function toField(received: Received<FieldWire>, appliesTo: AppliesTo): Upsert<'definition'> {
  const { wire } = received
  const key = keyOf(wire, appliesTo)
  return define(fieldRemoteId(appliesTo, key), received, {
    type: 'FIELD',
    name: wire.title,
    appliesTo,
    key,
    valueType: FIELD_TYPE[wire.type] ?? 'OTHER',
    options: (wire.custom_field_options ?? []).map(({ name, value }) => ({ value, label: name })),
    position: wire.position ?? null,
    active: wire.active !== false,
  })
}

/** A form that tickets are made with. */
export const toForm = (received: Received<z.output<typeof wireForm>>): Upsert<'definition'> =>
  define(definitionRemoteId('FORM', received.wire.id), received, {
    type: 'FORM',
    name: received.wire.name,
    appliesTo: 'ticket',
    position: received.wire.position ?? null,
    active: received.wire.active !== false,
  })

/** A status of the account's own. */
export const toStatus = (received: Received<z.output<typeof wireCustomStatus>>): Upsert<'definition'> =>
  define(definitionRemoteId('STATUS', received.wire.id), received, {
    type: 'STATUS',
    name: received.wire.agent_label,
    appliesTo: 'ticket',
    active: received.wire.active !== false,
  })

/** A brand that customers write to. */
export const toBrand = (received: Received<z.output<typeof wireBrand>>): Upsert<'definition'> =>
  define(definitionRemoteId('BRAND', received.wire.id), received, {
    type: 'BRAND',
    name: received.wire.name,
    active: received.wire.active !== false,
  })

/** What the account promises. */
export const toPolicy = (received: Received<z.output<typeof wirePolicy>>): Upsert<'definition'> =>
  define(definitionRemoteId('SLA_POLICY', received.wire.id), received, {
    type: 'SLA_POLICY',
    name: received.wire.title,
    appliesTo: 'ticket',
    position: received.wire.position ?? null,
  })
