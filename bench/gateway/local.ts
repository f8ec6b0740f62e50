import { execute, parse, type DocumentNode } from 'graphql'
import { buildSubgraph, subgraphs } from './subgraphs.ts'

/** Remembers what was read of a text, for ever: a benchmark asks few. */
export function createDocumentCache(read: (text: string) => DocumentNode): (text: string) => DocumentNode {
  const documents = new Map<string, DocumentNode>()
  return (text) => {
    let document = documents.get(text)
    if (document === undefined) documents.set(text, (document = read(text)))
    return document
  }
}

/** Runs a subgraph's operation by graphql-js, in this process; parsed once and not validated, as a router's own is. */
export type AskSubgraph = (name: string, query: string, variables: Record<string, unknown> | undefined) => unknown

/** Opens the four subgraphs in this process. */
export function createLocalSubgraphs(): AskSubgraph {
  const schemas = new Map(subgraphs.map((subgraph) => [subgraph.name, buildSubgraph(subgraph)]))
  const documentOf = createDocumentCache((text) => parse(text, { noLocation: true }))
  return (name, query, variables) => {
    const schema = schemas.get(name)
    if (schema === undefined) throw new Error(`no subgraph is named ${name}`)
    return execute({ schema, document: documentOf(query), variableValues: variables ?? null })
  }
}
