import { Kind, type ConstDirectiveNode, type ConstValueNode } from 'graphql'

/** The directives of one name that a definition of a supergraph has, such as `join__type`. */
export function directivesOf(
  node: { readonly directives?: readonly ConstDirectiveNode[] },
  name: string,
): ConstDirectiveNode[] {
  return (node.directives ?? []).filter((directive) => directive.name.value === name)
}

/** What a directive is given for an argument; undefined when it is left out. */
export function argumentOf(directive: ConstDirectiveNode, name: string): ConstValueNode | undefined {
  return directive.arguments?.find((argument) => argument.name.value === name)?.value
}

/** The subgraph a directive speaks of, as the supergraph spells its graph; null for one that speaks of none. */
export function graphOf(directive: ConstDirectiveNode): string | null {
  const graph = argumentOf(directive, 'graph')
  return graph?.kind === Kind.ENUM ? graph.value : null
}

/** True for an argument that is given as true. */
export function isTrue(value: ConstValueNode | undefined): boolean {
  return value?.kind === Kind.BOOLEAN && value.value
}
