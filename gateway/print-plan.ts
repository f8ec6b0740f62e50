import type {
  FetchRewrite,
  FlattenNodePathSegment,
  PlanNode,
  QueryPlan,
  RequiresSelection,
} from '@graphql-hive/router-query-planner'

/**
 * Prints a plan as indented text: a line for each node with its subgraph and what it asks there, and one for each thing
 * a node says of itself. The same plan gives the same text.
 *
 * `At me.tickets.@` stands for the entities at that path (`@`: each of a list); `requires` says which of their fields go
 * along, and `size from _internal_qp_alias_0` that one goes under another name than it was fetched by. Nodes below
 * `Parallel` are asked together, below `Sequence` one after the other, and below `If` when the variable is true.
 */
export function printPlan(plan: QueryPlan | null): string {
  return plan?.node === undefined ? 'Nothing' : printNode(plan.node).join('\n')
}

/** A fetch of a plan. */
export interface PlannedFetch {
  readonly subgraph: string
  readonly operation: string
  /** The paths of the entities it is about, as printed; null when it asks for root fields. */
  readonly at: string | null
  /** The variables that carry entities. */
  readonly entityVariables: readonly string[]
}

/** The fetches of a plan, in the order in which they are printed. */
export function listFetches(plan: QueryPlan | null): readonly PlannedFetch[] {
  return plan?.node === undefined ? [] : fetchesOf(plan.node, null)
}

function fetchesOf(node: PlanNode, at: string | null): readonly PlannedFetch[] {
  switch (node.kind) {
    case 'Fetch': {
      const entityVariables = at === null ? [] : ['representations']
      return [{ subgraph: node.serviceName, operation: node.operation, at, entityVariables }]
    }
    case 'Subscription':
      // The planner leaves its kind out, whatever the types say.
      return fetchesOf({ ...node.primary, kind: 'Fetch' }, at)
    case 'Flatten':
      return fetchesOf(node.node, printPath(node.path))
    case 'BatchFetch': {
      const { aliases } = node.entityBatch
      const paths = aliases.flatMap((alias) => alias.paths.map(printPath))
      const entityVariables = [...new Set(aliases.map((alias) => alias.representationsVariableName))]
      return [{ subgraph: node.serviceName, operation: node.operation, at: paths.join(', '), entityVariables }]
    }
    case 'Condition':
      return [node.ifClause, node.elseClause].flatMap((clause) => (clause ? fetchesOf(clause, at) : []))
    case 'Sequence':
    case 'Parallel':
      return node.nodes.flatMap((each) => fetchesOf(each, at))
    case 'Defer':
      throw new Error('expected no Defer')
  }
}

function printNode(node: PlanNode): string[] {
  switch (node.kind) {
    case 'Fetch':
      return [`Fetch ${node.serviceName}: ${clean(node.operation)}`, ...indent(printRewrites(node))]
    case 'Subscription':
      return [`Subscription ${node.primary.serviceName}: ${clean(node.primary.operation)}`]
    case 'Flatten':
      return [`At ${printPath(node.path)}`, ...indent(printRequires(node.node)), ...indent(printNode(node.node))]
    case 'BatchFetch':
      return [
        `Batch ${node.serviceName}: ${clean(node.operation)}`,
        ...node.entityBatch.aliases.flatMap((alias) =>
          indent([`${alias.alias} at ${alias.paths.map(printPath).join(', ')} requires ${selections(alias.requires)}`]),
        ),
      ]
    case 'Condition':
      return [
        `If ${node.condition}`,
        ...indent(node.ifClause ? printNode(node.ifClause) : ['Nothing']),
        ...(node.elseClause ? ['Else', ...indent(printNode(node.elseClause))] : []),
      ]
    case 'Sequence':
    case 'Parallel':
      return [node.kind, ...node.nodes.flatMap((each) => indent(printNode(each)))]
    case 'Defer':
      throw new Error('expected no Defer')
  }
}

function printRequires(node: PlanNode): string[] {
  return node.kind === 'Fetch' && node.requires ? [`requires ${selections(node.requires)}`] : []
}

function printRewrites(node: { inputRewrites?: FetchRewrite[]; outputRewrites?: FetchRewrite[] }): string[] {
  return [
    ...(node.inputRewrites ?? []).map((rewrite) => `sends with ${printRewrite(rewrite)}`),
    ...(node.outputRewrites ?? []).map((rewrite) => `answers with ${printRewrite(rewrite)}`),
  ]
}

function printRewrite(rewrite: FetchRewrite): string {
  const body = 'KeyRenamer' in rewrite ? rewrite.KeyRenamer : 'ValueSetter' in rewrite ? rewrite.ValueSetter : rewrite
  const path = body.path.map((segment) => ('Key' in segment ? segment.Key : `[${segment.TypenameEquals.join('|')}]`))
  return 'renameKeyTo' in body
    ? `${path.join('.')} renamed to ${body.renameKeyTo}`
    : `${path.join('.')} set to ${body.setValueTo}`
}

function printPath(path: readonly FlattenNodePathSegment[]): string {
  return path
    .map((segment) => {
      if (segment === '@') return '@'
      return 'Field' in segment ? segment.Field : `[${segment.TypeCondition.join('|')}]`
    })
    .join('.')
}

function selections(list: readonly RequiresSelection[]): string {
  return list
    .map((each) => {
      if (each.kind === 'FragmentSpread') return `...${each.value}`
      if (each.kind === 'InlineFragment') return `${each.typeCondition} { ${selections(each.selections)} }`
      const name = each.alias === undefined ? each.name : `${each.alias} from ${each.name}`
      return each.selections?.length ? `${name} { ${selections(each.selections)} }` : name
    })
    .join(' ')
}

const clean = (operation: string) => operation.replaceAll(/\s+/g, ' ').trim()
const indent = (lines: readonly string[]) => lines.map((line) => `  ${line}`)
