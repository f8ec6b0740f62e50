import {
  isAbstractType,
  Kind,
  type FieldNode,
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  type GraphQLSchema,
  type SelectionSetNode,
} from 'graphql'
import { toPlanKey } from './aliases.ts'
import type { Fragments } from './conditions.ts'
import type { TypeFacts } from './type-facts.ts'

/** One key of an answer's object: every selection of it, merged. */
export interface CollectedField {
  /** The client's key. */
  readonly key: string
  /** The key in the data. */
  readonly planKey: string
  readonly name: string
  /** The first of its selections; the arguments of the others are the same. */
  readonly node: FieldNode
  readonly sets: SelectionSetNode[]
  /** Whether whoever asks may not see it: true as long as that holds for all its selections. */
  readonly isWithheld: boolean
}

/** What collecting needs of the document and the schema. */
export interface CollectContext {
  readonly schema: GraphQLSchema
  readonly fragments: Fragments
  readonly facts: TypeFacts
  /** The selections of what whoever asks may not see. */
  readonly withheld: ReadonlySet<FieldNode>
}

/** Collects the fields of an object, in the order of the query, through every fragment that applies to its type. */
export function collectFields(
  type: GraphQLObjectType | GraphQLInterfaceType,
  sets: readonly SelectionSetNode[],
  context: CollectContext,
): CollectedField[] {
  const fields = new Map<string, CollectedField>()
  const spread = new Set<string>()
  for (const set of sets) collectSet(type, set, { ...context, fields, spread })
  return [...fields.values()]
}

/** A collecting under way: a fragment counts once, however often it is spread. */
interface Collecting extends CollectContext {
  readonly fields: Map<string, CollectedField>
  readonly spread: Set<string>
}

function collectSet(
  type: GraphQLObjectType | GraphQLInterfaceType,
  set: SelectionSetNode,
  collecting: Collecting,
): void {
  const { fields, fragments, spread, schema, facts, withheld } = collecting
  for (const node of set.selections) {
    if (node.kind === Kind.FIELD) {
      const key = node.alias?.value ?? node.name.value
      let field = fields.get(key)
      const isWithheld = withheld.has(node)
      if (field === undefined || (field.isWithheld && !isWithheld)) {
        field = { key, planKey: toPlanKey(node, facts), name: node.name.value, node, sets: [], isWithheld }
        fields.set(key, field)
      }
      if (node.selectionSet && !isWithheld) field.sets.push(node.selectionSet)
      continue
    }
    const fragment = node.kind === Kind.INLINE_FRAGMENT ? node : fragments.get(node.name.value)
    if (fragment === undefined || !applies(fragment.typeCondition?.name.value, type, schema)) continue
    if (node.kind === Kind.FRAGMENT_SPREAD) {
      if (spread.has(node.name.value)) continue
      spread.add(node.name.value)
    }
    collectSet(type, fragment.selectionSet, collecting)
  }
}

function applies(
  condition: string | undefined,
  type: GraphQLObjectType | GraphQLInterfaceType,
  schema: GraphQLSchema,
): boolean {
  if (condition === undefined || condition === type.name) return true
  const conditionType = schema.getType(condition)
  return isAbstractType(conditionType) && schema.isSubType(conditionType, type)
}
