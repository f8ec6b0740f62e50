import type {
  FetchRewrite,
  FlattenNodePathSegment,
  PlanNode,
  QueryPlan,
  RequiresSelection,
} from '@graphql-hive/router-query-planner'

/** Prints a plan as indented text: one line a node, and one for each thing a node says of itself. */
export function printPlan(plan: QueryPlan | null): string {
  return plan?.node === undefined ? 'Nothing' : printNode(plan.node).join('\n')
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
