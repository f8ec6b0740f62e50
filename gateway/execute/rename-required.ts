import { Kind, parse, print, type FieldNode, type SelectionNode, type SelectionSetNode } from 'graphql'
import type {
  BatchFetchNode,
  FetchNode,
  FlattenNodePathSegment,
  PlanNode,
  RequiresSelection,
} from '@graphql-hive/router-query-planner'
import { spellOut } from './spell-out.ts'

/** Which entities a plan is about, and what the client asks of them there. */
export interface Renaming {
  readonly path: readonly FlattenNodePathSegment[]
  readonly selections: readonly SelectionNode[]
  /** What the new names begin with. */
  readonly prefix: string
}

/**
 * Gives what a plan fetches of some entities only to send it along a name of its own, where arguments are in it: the
 * client, or another plan, may ask the same field of the same entities with other arguments.
 *
 * @throws Error a batch of fetches would have to be taken apart for it
 */
export function renameRequired(nodes: readonly PlanNode[], renaming: Renaming): PlanNode[] {
  const place = JSON.stringify(renaming.path)
  const fetches = nodes.flatMap((node) => fetchesAt(node, place))
  const asked = new Set(keysOf(renaming.selections))
  const required = new Set(fetches.flatMap(({ requires = [] }) => namesOf(requires)).filter((name) => !asked.has(name)))
  const names = new Set(fetches.flatMap((fetch) => withArguments(fetch, required)))
  return names.size === 0 ? [...nodes] : nodes.map((node) => rename(node, place, { names, prefix: renaming.prefix }))
}

interface Names {
  readonly names: ReadonlySet<string>
  readonly prefix: string
}

/** A selection of the entities: what is sent of them, and what asked. */
interface Asking {
  readonly operation: string
  readonly requires?: readonly RequiresSelection[]
  /** The key under which they are answered. */
  readonly key: string
}

function fetchesAt(node: PlanNode, place: string): Asking[] {
  switch (node.kind) {
    case 'Sequence':
    case 'Parallel':
      return node.nodes.flatMap((each) => fetchesAt(each, place))
    case 'Flatten':
      return node.node.kind === 'Fetch' && isAt([node.path], place) ? [{ ...node.node, key: '_entities' }] : []
    case 'BatchFetch':
      return node.entityBatch.aliases.flatMap(({ paths, requires, alias }) =>
        isAt(paths, place) ? [{ operation: node.operation, requires, key: alias }] : [],
      )
    case 'Fetch':
    case 'Condition':
    case 'Subscription':
    case 'Defer':
      return []
  }
}

function isAt(paths: readonly (readonly FlattenNodePathSegment[])[], place: string): boolean {
  return paths.some((path) => JSON.stringify(path) === place)
}

function rename(node: PlanNode, place: string, names: Names): PlanNode {
  switch (node.kind) {
    case 'Sequence':
    case 'Parallel':
      return { ...node, nodes: node.nodes.map((each) => rename(each, place, names)) }
    case 'Flatten':
      if (node.node.kind !== 'Fetch' || !isAt([node.path], place)) return node
      return { ...node, node: renameFetch(node.node, names) }
    case 'BatchFetch':
      return renameBatch(node, place, names)
    case 'Fetch':
    case 'Condition':
    case 'Subscription':
    case 'Defer':
      return node
  }
}

function renameFetch(fetch: FetchNode, names: Names): FetchNode {
  const { operation, requires } = fetch
  return {
    ...fetch,
    operation: renameSelected(operation, '_entities', names),
    ...(requires && { requires: renameTaken(requires, names) }),
  }
}

function renameBatch(batch: BatchFetchNode, place: string, names: Names): BatchFetchNode {
  let { operation } = batch
  const aliases = batch.entityBatch.aliases.map((alias) => {
    if (!isAt(alias.paths, place)) return alias
    // The entities at its other paths have nothing by the new names.
    if (alias.paths.length > 1)
      throw new Error('expected entities that require with arguments to be asked by themselves')
    operation = renameSelected(operation, alias.alias, names)
    return { ...alias, requires: renameTaken(alias.requires, names) }
  })
  return { ...batch, operation, entityBatch: { aliases } }
}

function renameTaken(requires: readonly RequiresSelection[], { names, prefix }: Names): RequiresSelection[] {
  return requires.map((each) => {
    if (each.kind === 'InlineFragment') return { ...each, selections: renameTaken(each.selections, { names, prefix }) }
    if (each.kind === 'FragmentSpread' || !names.has(each.name)) return each
    return { ...each, name: prefix + each.name, alias: each.alias ?? each.name }
  })
}

function renameSelected(operation: string, key: string, { names, prefix }: Names): string {
  const renameIn = (set: SelectionSetNode): SelectionSetNode => ({
    ...set,
    selections: set.selections.map((node): SelectionNode => {
      if (node.kind === Kind.INLINE_FRAGMENT) return { ...node, selectionSet: renameIn(node.selectionSet) }
      if (node.kind !== Kind.FIELD || !names.has(keyOf(node))) return node
      return { ...node, alias: { kind: Kind.NAME, value: prefix + keyOf(node) } }
    }),
  })
  const spelled = spellOut(parse(operation, { noLocation: true }))
  const selections = spelled.selectionSet.selections.map((node) => {
    if (node.kind !== Kind.FIELD || keyOf(node) !== key || node.selectionSet === undefined) return node
    return { ...node, selectionSet: renameIn(node.selectionSet) }
  })
  return print({ ...spelled, selectionSet: { kind: Kind.SELECTION_SET, selections } })
}

/** The fields of the entities that a fetch asks for, of those names, and with arguments. */
function withArguments({ operation, key }: Asking, names: ReadonlySet<string>): string[] {
  const entities = spellOut(parse(operation, { noLocation: true })).selectionSet
  return fieldsOf(entities)
    .filter((field) => keyOf(field) === key)
    .flatMap(({ selectionSet }) => fieldsOf(selectionSet))
    .filter((field) => names.has(keyOf(field)) && takesArguments(field))
    .map(keyOf)
}

function takesArguments({ arguments: given = [], selectionSet }: FieldNode): boolean {
  return given.length > 0 || fieldsOf(selectionSet).some(takesArguments)
}

function fieldsOf(set: SelectionSetNode | undefined): FieldNode[] {
  return (set?.selections ?? []).flatMap((node) => {
    if (node.kind === Kind.FIELD) return [node]
    return node.kind === Kind.INLINE_FRAGMENT ? fieldsOf(node.selectionSet) : []
  })
}

function keysOf(selections: readonly SelectionNode[]): string[] {
  return fieldsOf({ kind: Kind.SELECTION_SET, selections }).map(keyOf)
}

function keyOf({ alias, name }: FieldNode): string {
  return (alias ?? name).value
}

function namesOf(requires: readonly RequiresSelection[]): string[] {
  return requires.flatMap((each) => {
    if (each.kind === 'InlineFragment') return namesOf(each.selections)
    return each.kind === 'Field' ? [each.name] : []
  })
}
