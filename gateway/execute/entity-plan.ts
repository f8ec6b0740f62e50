import { Kind, parse, print, type FieldNode, type OperationDefinitionNode, type SelectionNode } from 'graphql'
import type {
  FetchNode,
  FetchNodePathSegment,
  FetchRewrite,
  FlattenNodePathSegment,
  PlanNode,
  RequiresSelection,
} from '@graphql-hive/router-query-planner'
import type { Entry } from './entries.ts'
import { INNER_ALIAS } from './mistaken-arguments.ts'
import { renameRequired } from './rename-required.ts'

/** What of an entity is planned by itself. */
export interface Planned {
  readonly path: readonly FlattenNodePathSegment[]
  readonly entry: Entry
  /** What the client asks of it here. */
  readonly selections: readonly SelectionNode[]
  /** Differs from that of everything else that is planned by itself in the same operation. */
  readonly number: number
}

/**
 * Turns the plan of an operation that begins with an entry's root field into one that goes on with the entities at a
 * path, of which the type and the key are known by then.
 */
export function toEntityPlan(node: PlanNode, { path, entry, selections, number }: Planned): PlanNode[] {
  // What is fetched of the same entity elsewhere must not be taken for what this plan fetches.
  const own = `${INNER_ALIAS}${number}_`
  const moved = move(JSON.parse(JSON.stringify(node).replaceAll(INNER_ALIAS, own)), path, entry)
  return renameRequired(moved, { path, selections, prefix: own })
}

function move(node: PlanNode, path: readonly FlattenNodePathSegment[], entry: Entry): PlanNode[] {
  const toPath = (from: readonly FlattenNodePathSegment[]) => [...path, ...from.slice(1)]
  switch (node.kind) {
    case 'Fetch':
      return toEntityFetch(node, path, entry)
    case 'Flatten':
      return [{ ...node, path: toPath(node.path) }]
    case 'BatchFetch': {
      const aliases = node.entityBatch.aliases.map((alias) => ({ ...alias, paths: alias.paths.map(toPath) }))
      return [{ ...node, entityBatch: { aliases } }]
    }
    case 'Sequence':
    case 'Parallel':
      return [{ ...node, nodes: node.nodes.flatMap((each) => move(each, path, entry)) }]
    case 'Condition':
    case 'Subscription':
    case 'Defer':
      throw new Error(`expected fetches, but the plan of an entity has a ${node.kind}`)
  }
}

/** The fetch by which the planner entered; none when it asks for no more than the key. */
function toEntityFetch(node: FetchNode, path: readonly FlattenNodePathSegment[], entry: Entry): PlanNode[] {
  const document = parse(node.operation, { noLocation: true })
  const operation = document.definitions.find((each) => each.kind === Kind.OPERATION_DEFINITION)
  const entered = operation?.selectionSet.selections.find((each) => each.kind === Kind.FIELD)
  const selections = entered?.selectionSet?.selections
  if (operation === undefined || selections === undefined)
    throw new Error(`expected a field, but got ${node.operation}`)
  if (isWithin(selections, entry.key)) return []
  const others = document.definitions.filter((each) => each !== operation).map(print)
  const fetch: FetchNode = {
    ...node,
    operation: [printEntities(operation, selections, entry), ...others].join(' '),
    requires: [
      {
        kind: 'InlineFragment',
        typeCondition: entry.typeName,
        selections: [{ kind: 'Field', name: '__typename' }, ...toRequires(entry.key)],
      },
    ],
    ...(node.outputRewrites && { outputRewrites: node.outputRewrites.map((rewrite) => fromEntity(rewrite, entry)) }),
  }
  return [{ kind: 'Flatten', path: [...path], node: fetch }]
}

function isWithin(selections: readonly SelectionNode[], key: readonly SelectionNode[]): boolean {
  return selections.every((node) => {
    if (node.kind !== Kind.FIELD || node.alias !== undefined) return false
    if (node.name.value === '__typename') return true
    const same = key.find((each): each is FieldNode => each.kind === Kind.FIELD && each.name.value === node.name.value)
    if (same === undefined) return false
    return isWithin(node.selectionSet?.selections ?? [], same.selectionSet?.selections ?? [])
  })
}

function printEntities(operation: OperationDefinitionNode, selections: readonly SelectionNode[], entry: Entry): string {
  const variables = ['$representations: [_Any!]!', ...(operation.variableDefinitions ?? []).map(print)].join(', ')
  const fields = selections.map(print).join(' ')
  return `query (${variables}) { _entities(representations: $representations) { ... on ${entry.typeName} { ${fields} } } }`
}

function toRequires(key: readonly SelectionNode[]): RequiresSelection[] {
  return key.flatMap((node): RequiresSelection[] => {
    if (node.kind !== Kind.FIELD) return []
    const { selectionSet } = node
    return [
      {
        kind: 'Field',
        name: node.name.value,
        ...(selectionSet && { selections: toRequires(selectionSet.selections) }),
      },
    ]
  })
}

/** Rewrites of the planner's fetch begin at its root; those of an entity fetch, at the entity. */
function fromEntity(rewrite: FetchRewrite, { field }: Entry): FetchRewrite {
  const cut = (path: readonly FetchNodePathSegment[]) =>
    path.slice(path.findIndex((segment) => 'Key' in segment && segment.Key === field) + 1)
  if ('KeyRenamer' in rewrite) return { KeyRenamer: { ...rewrite.KeyRenamer, path: cut(rewrite.KeyRenamer.path) } }
  if ('ValueSetter' in rewrite) return { ValueSetter: { ...rewrite.ValueSetter, path: cut(rewrite.ValueSetter.path) } }
  return { ...rewrite, path: cut(rewrite.path) }
}
