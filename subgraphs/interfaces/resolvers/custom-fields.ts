import { type ClassType, Ctx, FieldResolver, Resolver, Root } from 'type-graphql'
import { type AppliesTo, fieldRemoteId } from '../../../store/definition-id.ts'
import { rowId } from '../../../store/id.ts'
import type { CustomField as StoredField, DefinitionRow, Json, RowOf } from '../../../store/kinds.ts'
import type { SubgraphContext } from '../../context.ts'
import { Company } from '../company.ts'
import { Contact } from '../contact.ts'
import { Conversation } from '../conversation.ts'
import { Ticket } from '../ticket.ts'
import { CustomField } from '../values.ts'

/** The labels of what a field holds; null when any of it is none of the choices. */
function labelOf(value: Json, options: DefinitionRow['options']): string | null {
  const values: readonly Json[] = Array.isArray(value) ? value : [value]
  const labels = values.map(
    (each) => options.find((option) => option.value === JSON.stringify(each) || option.value === each)?.label,
  )
  return labels.length > 0 && labels.every((label) => label !== undefined) ? labels.join(', ') : null
}

/** What the account says of a field goes before what the record alone lets see. */
function defined(field: StoredField, definition: DefinitionRow | null): CustomField {
  if (definition === null) return { ...field, valueLabel: null }
  const { name, valueType, options } = definition
  return { ...field, label: name, type: valueType ?? field.type, valueLabel: labelOf(field.value, options) }
}

/** The fields of the account's own that a kind of record has. */
function customFieldsResolver(kind: AppliesTo, type: () => ClassType): ClassType {
  @Resolver(type)
  class CustomFieldsResolver {
    @FieldResolver(() => [CustomField], { description: 'The account’s own fields.' })
    customFields(@Root() row: RowOf<AppliesTo>, @Ctx() context: SubgraphContext): Promise<readonly CustomField[]> {
      const definitionOf = ({ key }: StoredField): Promise<DefinitionRow | null> =>
        context.reader.byId('definition', rowId(row.integrationId, 'definition', fieldRemoteId(kind, key)))
      return Promise.all(row.customFields.map(async (field) => defined(field, await definitionOf(field))))
    }
  }
  return CustomFieldsResolver
}

/** One for each interface that has such fields. */
export const customFieldsResolvers: readonly ClassType[] = [
  customFieldsResolver('company', () => Company),
  customFieldsResolver('contact', () => Contact),
  customFieldsResolver('conversation', () => Conversation),
  customFieldsResolver('ticket', () => Ticket),
]
