import { Kind, type ConstDirectiveNode, type ConstValueNode, type DocumentNode } from 'graphql'
import { argumentOf } from './supergraph-directives.ts'

/** A feature that a supergraph links: a specification, and what its directives are called there. */
export interface SupergraphLink {
  /** The last part of the address, but for its version: of `https://specs.apollo.dev/join/v0.5`, `join`. */
  readonly name: string
  readonly url: string
  /** `SECURITY` or `EXECUTION` where the supergraph relies on it; null for a note. */
  readonly purpose: string | null
  /** What its directive of the same name is called in this supergraph. */
  readonly directive: string
}

/** Reads what a supergraph links, whatever it calls it. Source: https://specs.apollo.dev/link/v1.0/ (read 2026-11-28). */
export function readLinks(supergraph: DocumentNode): readonly SupergraphLink[] {
  return supergraph.definitions
    .flatMap((node) =>
      node.kind === Kind.SCHEMA_DEFINITION || node.kind === Kind.SCHEMA_EXTENSION ? (node.directives ?? []) : [],
    )
    .filter(({ name }) => name.value === 'link')
    .map(toLink)
}

function toLink(link: ConstDirectiveNode): SupergraphLink {
  const url = textOf(argumentOf(link, 'url'))
  const name = toName(url)
  const purpose = argumentOf(link, 'for')
  return {
    name,
    url,
    purpose: purpose?.kind === Kind.ENUM ? purpose.value : null,
    directive: importedAs(argumentOf(link, 'import'), name) ?? (textOf(argumentOf(link, 'as')) || name),
  }
}

/** As what the directive of a name is imported; null when it is not. */
function importedAs(imports: ConstValueNode | undefined, name: string): string | null {
  if (imports?.kind !== Kind.LIST) return null
  for (const each of imports.values) {
    if (textOf(each) === `@${name}`) return name
    if (each.kind !== Kind.OBJECT) continue
    const [from, to] = ['name', 'as'].map((key) => each.fields.find((field) => field.name.value === key)?.value)
    if (textOf(from) === `@${name}`) return textOf(to).replace(/^@/, '') || name
  }
  return null
}

/** The name of a feature by its address. */
function toName(url: string): string {
  const parts = url.split('/').filter((part) => part !== '')
  const last = parts.at(-1) ?? ''
  return /^v\d/.test(last) ? (parts.at(-2) ?? '') : last
}

function textOf(value: ConstValueNode | undefined): string {
  return value?.kind === Kind.STRING ? value.value : ''
}
