import { Kind, type ConstDirectiveNode, type DocumentNode } from 'graphql'
import { SupergraphError } from '../subgraph-urls.ts'
import { readLinks } from './supergraph-links.ts'

/**
 * What a supergraph may link whose purpose is security or execution.
 *
 * Others are not carried out, so a supergraph that relies on them is not served: whoever wrote it
 * meant to keep something from somebody, or a subgraph would not get what it needs.
 */
const CARRIED_OUT: ReadonlySet<string> = new Set([
  'link',
  'join',
  'inaccessible',
  'authenticated',
  'requiresScopes',
  'policy',
  'context',
])

/** How the first federation's composer wrote supergraphs: https://specs.apollo.dev/join/v0.1/ (read 2026-11-21). */
const JOIN_OF_FEDERATION_1 = /\/join\/v0\.1\/?$/
const OF_FEDERATION_1 =
  'it was composed for Federation 1 (join v0.1), whose supergraphs are not served; compose the same subgraphs for ' +
  'Federation 2, which takes them as they are, such as by: rover supergraph compose, with federation_version: =2.9.0'

/**
 * Makes sure that nothing a supergraph relies on is left undone in silence. Features without a purpose, such as tags and
 * costs, are notes, and any are welcome.
 *
 * @throws SupergraphError it is one of the first federation, or links a feature for security or execution that is not
 *   carried out here; names all of them
 */
export function checkFeatures(supergraph: DocumentNode): void {
  if (isOfFederation1(supergraph)) throw new SupergraphError(OF_FEDERATION_1)
  const undone = readLinks(supergraph)
    .filter(({ name, purpose }) => purpose !== null && !CARRIED_OUT.has(name))
    .map(({ name, url }) => `${name} (${url})`)
  if (undone.length === 0) return
  throw new SupergraphError(
    `it relies on what this gateway does not do: ${undone.join(', ')}; take those directives out of the subgraphs, and ` +
      'check in the subgraphs what they were to check',
  )
}

/** That federation's supergraphs say it by `@core(feature:)`. */
function isOfFederation1({ definitions }: DocumentNode): boolean {
  return definitions
    .flatMap((node) => (node.kind === Kind.SCHEMA_DEFINITION ? (node.directives ?? []) : []))
    .some((directive) => ['feature', 'url'].some((name) => JOIN_OF_FEDERATION_1.test(textOf(directive, name))))
}

function textOf(directive: ConstDirectiveNode, name: string): string {
  const value = directive.arguments?.find((argument) => argument.name.value === name)?.value
  return value?.kind === Kind.STRING ? value.value : ''
}
