import {
  getNamedType,
  getNullableType,
  isCompositeType,
  isInterfaceType,
  isListType,
  isObjectType,
  print,
  type GraphQLCompositeType,
  type GraphQLError,
  type GraphQLField,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql'
import { gatewayError } from '../errors.ts'
import { gatherFields, type AskedField, type Reading } from './gather.ts'

/** The one list of an operation, as a page that can be asked for again and again. */
export interface ExportedList {
  /** The names by which an answer leads to the page. */
  readonly path: readonly string[]
  /** The field of the page, wherever it is asked for; all with the same arguments for paging. */
  readonly page: AskedField
  /** Under which name the page has its rows: its `nodes`, or its `edges`. */
  readonly rowsName: string
  readonly rowType: GraphQLCompositeType
  /** What is asked of a row. */
  readonly rowSets: readonly SelectionSetNode[]
}

/** The arguments that say which part of a list is wanted. */
export const PAGE_ARGUMENTS = ['first', 'after', 'last', 'before']

/** The words of the lines that tell what is wrong: no row may have them, or the two could be mistaken for each other. */
const OWN_WORDS = ['error', 'errors']

/**
 * Finds the list that an operation is for: the one Relay page that is asked for, with nothing beside it.
 *
 * @throws GraphQLError EXPORT_QUERY_ONLY, EXPORT_NOT_ONE_LIST or EXPORT_NAME_TAKEN, saying what to do about it
 */
export function findList(operation: OperationDefinitionNode, reading: Reading): ExportedList {
  const root = operation.operation === 'query' ? reading.schema.getQueryType() : undefined
  if (!root) throw gatewayError('EXPORT_QUERY_ONLY', `A ${operation.operation} is not exported: send a query.`)
  let type: GraphQLCompositeType = root
  let sets: readonly SelectionSetNode[] = [operation.selectionSet]
  const path: string[] = []
  for (;;) {
    const asked = gatherFields(sets, type, reading)
    const names = [...asked.keys()].filter((name) => asked.get(name)?.[0]?.node.name.value !== '__typename')
    const [name] = names
    if (name === undefined) throw notOneList('nothing is asked for that is a list')
    if (names.length > 1) throw notOneList(`${join(path, names[1])} stands beside ${join(path, name)}`)
    path.push(name)
    const fields = asked.get(name) ?? []
    const [field] = fields
    if (field === undefined) throw notOneList('nothing is asked for that is a list')
    if (fields.every(({ definition }) => isPage(definition))) return toList(path, fields, reading)
    const next = getNamedType(field.definition.type)
    if (isListType(getNullableType(field.definition.type))) throw notOneList(`${join(path)} is a list without pages`)
    if (!isCompositeType(next)) throw notOneList(`${join(path)} is no list`)
    type = next
    sets = setsOf(fields)
  }
}

function toList(path: readonly string[], fields: readonly AskedField[], reading: Reading): ExportedList {
  const [page] = fields
  if (page === undefined || new Set(fields.map(printPaging)).size > 1) {
    throw notOneList(`${join(path)} is asked for with different arguments`)
  }
  const pageType = getNamedType(page.definition.type)
  const inside = [...gatherFields(setsOf(fields), pageType, reading)].filter(([, [asked]]) =>
    ['nodes', 'edges'].includes(asked?.node.name.value ?? ''),
  )
  const [rows] = inside
  if (rows === undefined) throw notOneList(`${join(path)} is asked for neither nodes nor edges`)
  if (inside.length > 1) throw notOneList(`${join(path)} is asked for its rows twice: ask for nodes, or for edges`)
  const [rowsName, asked] = rows
  const rowType = getNamedType(asked[0]?.definition.type)
  if (!isCompositeType(rowType)) throw notOneList(`the rows of ${join(path)} have no fields`)
  const rowSets = setsOf(asked)
  const taken = [...gatherFields(rowSets, rowType, reading).keys()].find((name) => OWN_WORDS.includes(name))
  if (taken !== undefined) {
    const message = `A row may not have the name "${taken}", by which an export tells what is wrong: give it an alias.`
    throw gatewayError('EXPORT_NAME_TAKEN', message)
  }
  return { path, page, rowsName, rowType, rowSets }
}

/** True for a field of a Relay page that can be walked forwards. */
function isPage({ type, args }: GraphQLField<unknown, unknown>): boolean {
  const page = getNullableType(type)
  if (!isObjectType(page) && !isInterfaceType(page)) return false
  const { pageInfo, nodes, edges } = page.getFields()
  const info = pageInfo && getNullableType(pageInfo.type)
  if (!isObjectType(info) && !isInterfaceType(info)) return false
  const says = ['hasNextPage', 'endCursor'].every((name) => name in info.getFields())
  const takes = ['first', 'after'].every((name) => args.some((argument) => argument.name === name))
  const holds = [nodes, edges].some((field) => field !== undefined && isListType(getNullableType(field.type)))
  return says && takes && holds
}

const setsOf = (fields: readonly AskedField[]): readonly SelectionSetNode[] =>
  fields.flatMap(({ node }) => (node.selectionSet === undefined ? [] : [node.selectionSet]))

function printPaging({ node: { arguments: given = [] } }: AskedField): string {
  const paging = given.filter(({ name }) => PAGE_ARGUMENTS.includes(name.value))
  return paging
    .map((argument) => print(argument))
    .toSorted()
    .join()
}

const join = (path: readonly string[], name?: string): string =>
  `"${[...path, ...(name === undefined ? [] : [name])].join('.')}"`

function notOneList(why: string): GraphQLError {
  const message = `An export is of one list in pages (Relay), with nothing beside it, and ${why}.`
  return gatewayError('EXPORT_NOT_ONE_LIST', message)
}
