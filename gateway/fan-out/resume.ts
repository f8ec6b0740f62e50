import {
  getNamedType,
  isLeafType,
  isListType,
  Kind,
  type ArgumentNode,
  type DocumentNode,
  type FieldNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type ValueNode,
} from 'graphql'
import { isData, type Data } from '../execute/data.ts'

/** How a subscription goes on from an event it has seen: by `after:` with the `cursor` of that event. */
export interface Resume {
  /** The cursor that an answer holds; null for none. */
  readCursor(data: Data | null | undefined): string | null
  /** The variable that `after` is given by; null for none. */
  readonly variable: string | null
  /** The same subscription, after that event. */
  after(cursor: string): DocumentNode
}

const ARGUMENT = 'after'
const FIELD = 'cursor'

/**
 * Says how a subscription can go on; null for one whose field takes no `after`, or that does not ask for `cursor`, plain
 * under its one field.
 */
export function findResume(
  operation: OperationDefinitionNode,
  document: DocumentNode,
  schema: GraphQLSchema,
): Resume | null {
  const [field, ...others] = operation.selectionSet.selections
  if (field?.kind !== Kind.FIELD || others.length > 0) return null
  const definition = schema.getSubscriptionType()?.getFields()[field.name.value]
  const argument = definition?.args.find(({ name }) => name === ARGUMENT)
  const asked = field.selectionSet?.selections.find((node) => node.kind === Kind.FIELD && node.name.value === FIELD)
  if (argument === undefined || asked?.kind !== Kind.FIELD || isListType(argument.type)) return null
  if (!isLeafType(getNamedType(argument.type))) return null
  const [rootKey, key] = [toKey(field), toKey(asked)]
  const given = field.arguments?.find(({ name }) => name.value === ARGUMENT)?.value
  return {
    variable: given?.kind === Kind.VARIABLE ? given.name.value : null,
    readCursor: (data) => {
      const event = data?.[rootKey]
      const cursor = isData(event) ? event[key] : null
      return typeof cursor === 'string' || typeof cursor === 'number' ? String(cursor) : null
    },
    after: (cursor) => {
      const isInt = getNamedType(argument.type).name === 'Int'
      const value: ValueNode = isInt ? { kind: Kind.INT, value: cursor } : { kind: Kind.STRING, value: cursor }
      return replaceRoot(document, operation, withArgument(field, value))
    },
  }
}

function toKey({ alias, name }: FieldNode): string {
  return alias?.value ?? name.value
}

function withArgument(field: FieldNode, value: ArgumentNode['value']): FieldNode {
  const others = (field.arguments ?? []).filter(({ name }) => name.value !== ARGUMENT)
  const given: ArgumentNode = { kind: Kind.ARGUMENT, name: { kind: Kind.NAME, value: ARGUMENT }, value }
  return { ...field, arguments: [...others, given] }
}

function replaceRoot(document: DocumentNode, operation: OperationDefinitionNode, field: FieldNode): DocumentNode {
  const selectionSet = { ...operation.selectionSet, selections: [field] }
  return {
    ...document,
    definitions: document.definitions.map((node) => (node === operation ? { ...operation, selectionSet } : node)),
  }
}
