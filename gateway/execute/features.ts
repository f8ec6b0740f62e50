import { Kind, type ConstDirectiveNode, type DocumentNode } from 'graphql'
import { SupergraphError } from '../subgraph-urls.ts'

/**
 * What a supergraph may link whose purpose is security or execution, by the last part of its address.
 *
 * `authenticated` holds of itself: no operation asks anything of a subgraph for somebody who did not show who they are.
 * Others, such as `requiresScopes`, `policy` and `context`, are not carried out, so a supergraph that relies on them is
 * not served: whoever wrote it meant to keep something from somebody, or a subgraph would not get what it needs.
 */
const CARRIED_OUT: ReadonlySet<string> = new Set(['link', 'join', 'inaccessible', 'authenticated'])

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
  const links = supergraph.definitions.flatMap((node) =>
    node.kind === Kind.SCHEMA_DEFINITION || node.kind === Kind.SCHEMA_EXTENSION ? (node.directives ?? []) : [],
  )
  if (links.some(isOfFederation1)) throw new SupergraphError(OF_FEDERATION_1)
  const undone = links.filter(isNeeded).flatMap((link) => {
    const url = textOf(link, 'url')
    return CARRIED_OUT.has(toName(url)) ? [] : [`${toName(url)} (${url})`]
  })
  if (undone.length === 0) return
  throw new SupergraphError(
    `it relies on what this gateway does not do: ${undone.join(', ')}; take those directives out of the subgraphs, and ` +
      'check in the subgraphs what they were to check',
  )
}

function isOfFederation1(link: ConstDirectiveNode): boolean {
  return ['feature', 'url'].some((name) => JOIN_OF_FEDERATION_1.test(textOf(link, name)))
}

function isNeeded(link: ConstDirectiveNode): boolean {
  const purpose = link.arguments?.find(({ name }) => name.value === 'for')?.value
  return link.name.value === 'link' && purpose?.kind === Kind.ENUM
}

function textOf(link: ConstDirectiveNode, name: string): string {
  const value = link.arguments?.find((argument) => argument.name.value === name)?.value
  return value?.kind === Kind.STRING ? value.value : ''
}

/** The name of a feature: of `https://specs.apollo.dev/join/v0.5`, `join`. */
function toName(url: string): string {
  const parts = url.split('/').filter((part) => part !== '')
  const last = parts.at(-1) ?? ''
  return /^v\d/.test(last) ? (parts.at(-2) ?? '') : last
}
