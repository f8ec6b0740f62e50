import {
  Kind,
  parseType,
  valueFromASTUntyped,
  visit,
  type ArgumentNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  type VariableDefinitionNode,
} from 'graphql'
import { gatewayError } from '../errors.ts'
import type { Fragments, Selected } from '../execute/conditions.ts'
import type { Variables } from '../execute/requires.ts'
import { PAGE_ARGUMENTS, type ExportedList } from './find-list.ts'
import { nameOf } from './gather.ts'

/** Asks for a page of a list, the rows and where they end alone. */
export interface PageOperation {
  readonly document: DocumentNode
  /** Under which name a page says where it ends. */
  readonly infoName: string
  /** The cursor behind which the export begins, as it was given; null for the beginning of the list. */
  readonly start: unknown
  /** The variables by which the page behind a cursor is asked for. */
  variablesAfter(cursor: unknown): Variables
}

/** How many rows are asked for at a time, where the operation does not say it. */
const PAGE_SIZE = 100

/**
 * Rewrites an operation so that any page of its list can be asked for. `first` becomes the size of all pages, `after` the
 * cursor to begin behind; what else a page has, such as its `totalCount`, is left out.
 *
 * @throws GraphQLError EXPORT_FORWARDS_ONLY: the list is asked for from its end
 */
export function toPageOperation(selected: Selected, list: ExportedList, given: Variables): PageOperation {
  const { operation, fragments } = selected
  const { variableDefinitions = [] } = operation
  const variables = withDefaults(variableDefinitions, given)
  const told = (name: string): unknown => {
    const argument = list.page.node.arguments?.find((each) => each.name.value === name)
    return (argument && valueFromASTUntyped(argument.value, variables)) ?? null
  }
  for (const name of ['last', 'before']) {
    if (told(name) === null) continue
    throw gatewayError(
      'EXPORT_FORWARDS_ONLY',
      `A list is exported from its beginning, or behind \`after\`: take out \`${name}\`.`,
    )
  }
  const after = told('after')
  const size = told('first') ?? PAGE_SIZE
  const names = pickNames(variableDefinitions)
  const infoName = list.rowsName === 'pageInfo' ? 'pageInfo_' : 'pageInfo'
  const selectionSet = narrow(operation.selectionSet, list.path, {
    fragments,
    toPage: (node) => toPage(node, list.rowsName, { infoName, names, fragments }),
  })
  const paging = ['first', 'after'].map((name, n) => defineVariable(names[n] ?? name, name, list))
  const document = toDocument({ ...operation, selectionSet }, paging, fragments)
  return {
    document,
    infoName,
    start: after,
    variablesAfter: (cursor) => ({ ...given, [names[0]]: size, ...(cursor !== null && { [names[1]]: cursor }) }),
  }
}

function withDefaults(definitions: readonly VariableDefinitionNode[], given: Variables): Variables {
  const defaults = definitions.flatMap(({ variable, defaultValue }) =>
    defaultValue === undefined ? [] : [[variable.name.value, valueFromASTUntyped(defaultValue)] as const],
  )
  return { ...Object.fromEntries(defaults), ...given }
}

/** Names for size and cursor that no variable of the operation has. */
function pickNames(definitions: readonly VariableDefinitionNode[]): readonly [string, string] {
  const taken = new Set(definitions.map(({ variable }) => variable.name.value))
  const free = (name: string): string => (taken.has(name) ? free(`${name}_`) : name)
  return [free('pageSize'), free('pageAfter')]
}

interface Narrowing {
  readonly fragments: Fragments
  readonly toPage: (node: FieldNode) => FieldNode
}

/** Rewrites the page at the end of a path; fragments on the way are spelled out. */
function narrow(set: SelectionSetNode, path: readonly string[], narrowing: Narrowing): SelectionSetNode {
  const [name, ...rest] = path
  const selections = set.selections.map((node): SelectionNode => {
    if (node.kind !== Kind.FIELD) return spellOut(node, narrowing.fragments, (inner) => narrow(inner, path, narrowing))
    if (nameOf(node) !== name) return node
    if (rest.length === 0) return narrowing.toPage(node)
    return node.selectionSet ? { ...node, selectionSet: narrow(node.selectionSet, rest, narrowing) } : node
  })
  return { kind: Kind.SELECTION_SET, selections }
}

interface Paging {
  readonly infoName: string
  readonly names: readonly [string, string]
  readonly fragments: Fragments
}

function toPage(node: FieldNode, rowsName: string, { infoName, names, fragments }: Paging): FieldNode {
  const own = (node.arguments ?? []).filter(({ name }) => !PAGE_ARGUMENTS.includes(name.value))
  const [size, after] = names
  const rows = node.selectionSet === undefined ? [] : keepRows(node.selectionSet, rowsName, fragments)
  const info: FieldNode = {
    ...toField('pageInfo'),
    ...(infoName !== 'pageInfo' && { alias: toName(infoName) }),
    selectionSet: { kind: Kind.SELECTION_SET, selections: [toField('hasNextPage'), toField('endCursor')] },
  }
  return {
    ...node,
    arguments: [...own, toArgument('first', size), toArgument('after', after)],
    selectionSet: { kind: Kind.SELECTION_SET, selections: [...rows, info] },
  }
}

function keepRows(set: SelectionSetNode, rowsName: string, fragments: Fragments): readonly SelectionNode[] {
  return set.selections.flatMap((node): readonly SelectionNode[] => {
    if (node.kind === Kind.FIELD) return nameOf(node) === rowsName ? [node] : []
    const inner = spellOut(node, fragments, (each) => ({
      kind: Kind.SELECTION_SET,
      selections: keepRows(each, rowsName, fragments),
    }))
    return inner.kind === Kind.INLINE_FRAGMENT && inner.selectionSet.selections.length === 0 ? [] : [inner]
  })
}

/** A fragment as one that stands where it is spread, its selections changed. */
function spellOut(
  node: Exclude<SelectionNode, FieldNode>,
  fragments: Fragments,
  change: (set: SelectionSetNode) => SelectionSetNode,
): SelectionNode {
  const fragment = node.kind === Kind.INLINE_FRAGMENT ? node : fragments.get(node.name.value)
  if (fragment === undefined) return node
  const { typeCondition } = fragment
  return {
    kind: Kind.INLINE_FRAGMENT,
    ...(typeCondition && { typeCondition }),
    selectionSet: change(fragment.selectionSet),
  }
}

function defineVariable(name: string, argument: string, { page }: ExportedList): VariableDefinitionNode {
  const type = page.definition.args.find((each) => each.name === argument)?.type
  return { kind: Kind.VARIABLE_DEFINITION, variable: toVariable(name), type: parseType(String(type)) }
}

/** The operation with the fragments that it still spreads. All its variables stay, so that each is held to its type. */
function toDocument(
  operation: OperationDefinitionNode,
  paging: readonly VariableDefinitionNode[],
  fragments: Fragments,
): DocumentNode {
  const spread = new Map<string, FragmentDefinitionNode>()
  const look = (node: SelectionSetNode): void => {
    visit(node, {
      FragmentSpread: ({ name: { value } }) => {
        const fragment = fragments.get(value)
        if (fragment === undefined || spread.has(value)) return
        spread.set(value, fragment)
        look(fragment.selectionSet)
      },
    })
  }
  look(operation.selectionSet)
  const variableDefinitions = [...(operation.variableDefinitions ?? []), ...paging]
  return { kind: Kind.DOCUMENT, definitions: [{ ...operation, variableDefinitions }, ...spread.values()] }
}

const toName = (value: string) => ({ kind: Kind.NAME, value }) as const
const toField = (name: string): FieldNode => ({ kind: Kind.FIELD, name: toName(name) })
const toVariable = (name: string) => ({ kind: Kind.VARIABLE, name: toName(name) }) as const
const toArgument = (name: string, variable: string): ArgumentNode => ({
  kind: Kind.ARGUMENT,
  name: toName(name),
  value: toVariable(variable),
})
