import type { DefinitionFields, DefinitionType } from './kinds.ts'

/** The kinds of records that have fields of the account's own. */
export type AppliesTo = NonNullable<DefinitionFields['appliesTo']>

/**
 * The remote id of the definition of a custom field. It is made of what a record says of the field, so that a record's
 * fields find their definitions without a search.
 */
export const fieldRemoteId = (appliesTo: AppliesTo, key: string): string => `field/${appliesTo}/${key}`

/** The remote id of any other definition: providers count each sort apart. */
export const definitionRemoteId = (type: Exclude<DefinitionType, 'FIELD'>, id: string): string =>
  `${type.toLowerCase()}/${id}`
