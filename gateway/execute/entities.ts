import type { EntityBatchAlias, FetchNode, FlattenNode, BatchFetchNode } from '@graphql-hive/router-query-planner'
import type { SubgraphAnswer, SubgraphAnswerError } from '../transport/transport.ts'
import { blame, blameAnswer } from './blame.ts'
import { compileByContext, type AskEntities } from './context-fetch.ts'
import { isContextFetch } from './context-plan.ts'
import { isData, type Data } from './data.ts'
import type { Execution, Step } from './execution.ts'
import type { PlanContext } from './fetch.ts'
import {
  compileFind,
  compileFindPlaces,
  Representations,
  type Find,
  type FindPlaces,
  type Found,
  type Path,
} from './found.ts'
import { clone, merge, own } from './merge.ts'
import { compileRewrites, type Rewrites } from './rewrites.ts'
import { pickVariables, prepareFetch, readData, receiveRequestError, send, type Fetch } from './send.ts'
import type { TypeFacts } from './type-facts.ts'
import { compileBlank, findFailed, type Blank } from './unknown-entities.ts'
import { branchOf } from './walk.ts'

/** One `_entities` selection of a fetch: which entities it is about, what it sends, and under which key it answers. */
interface EntitySelection {
  readonly key: string
  readonly variable: string
  readonly find: Find
  readonly findPlaces: FindPlaces
  readonly outputRewrites: Rewrites | null
  readonly branches: readonly (readonly string[])[]
}

/** A fetch of entities, by as many selections as it has. */
interface EntityFetch {
  readonly fetch: Fetch
  readonly selections: readonly EntitySelection[]
  /** What entities have by each selection that its subgraph does not know. */
  readonly blanks: readonly Blank[]
  readonly facts: TypeFacts
}

/** Compiles a Flatten node: one `_entities` selection, for the entities at one path. */
export function compileFlatten(node: FlattenNode & { node: FetchNode }, context: PlanContext): Step {
  const fetch = node.node
  const alias: EntityBatchAlias = {
    alias: '_entities',
    representationsVariableName: 'representations',
    paths: [node.path],
    requires: fetch.requires ?? [],
    ...(fetch.inputRewrites && { inputRewrites: fetch.inputRewrites }),
    ...(fetch.outputRewrites && { outputRewrites: fetch.outputRewrites }),
  }
  const ask = compileAsking(fetch, [alias], context)
  if (isContextFetch(fetch)) return compileByContext(fetch, { path: node.path, facts: context.facts, ask })
  return (execution) => (execution.data === null ? undefined : ask(execution, execution.data))
}

/** Compiles a BatchFetch node: several `_entities` selections in one request. */
export function compileBatchFetch(node: BatchFetchNode, context: PlanContext): Step {
  const ask = compileAsking(node, node.entityBatch.aliases, context)
  return (execution) => (execution.data === null ? undefined : ask(execution, execution.data))
}

function compileAsking(
  node: Pick<FetchNode, 'serviceName' | 'operation' | 'variableUsages'>,
  aliases: readonly EntityBatchAlias[],
  context: PlanContext,
): AskEntities {
  const { facts } = context
  const selections = aliases.map((alias) => compileSelection(alias, facts))
  const { serviceName, operation, variableUsages } = node
  const branches = selections.flatMap((selection) => selection.branches)
  const fetch = prepareFetch({ serviceName, operation, kind: 'query', variableUsages, branches }, context.transports)
  const { document } = fetch.operation
  const blanks = selections.map((selection) => compileBlank({ ...selection, document, facts }))
  const entityFetch: EntityFetch = { fetch, selections, blanks, facts }
  return (execution, from, more) => {
    const variables = { ...pickVariables(fetch, execution), ...more }
    const found = collect(selections, execution, from, variables)
    if (found.every(({ targets }) => targets.length === 0)) return
    return send(fetch, execution, variables, (answer) => {
      receiveErrors(answer.errors ?? [], entityFetch, found, execution)
      receiveEntities(answer, entityFetch, found, execution)
    })
  }
}

function compileSelection(alias: EntityBatchAlias, facts: TypeFacts): EntitySelection {
  return {
    key: alias.alias,
    variable: alias.representationsVariableName,
    find: compileFind(alias, facts),
    findPlaces: compileFindPlaces(alias.paths, facts),
    outputRewrites: compileRewrites(alias.outputRewrites, facts),
    branches: distinct(alias.paths.map(branchOf)),
  }
}

function distinct(branches: readonly (readonly string[])[]): readonly (readonly string[])[] {
  return [...new Map(branches.map((branch) => [branch.join('.'), branch])).values()]
}

/** Finds the entities of every selection, and puts the representations, even none, into the variables. */
function collect(
  selections: readonly EntitySelection[],
  execution: Execution,
  from: Data | readonly Data[],
  variables: Data,
): readonly Found[] {
  const byVariable = new Map<string, Representations>()
  return selections.map((selection) => {
    let representations = byVariable.get(selection.variable)
    if (representations === undefined) {
      representations = new Representations()
      byVariable.set(selection.variable, representations)
      variables[selection.variable] = representations.list
    }
    return selection.find(from, execution.variables, representations)
  })
}

/** Maps each error back to every place its entity stands in; one that names no entity leaves all branches empty. */
function receiveErrors(
  errors: readonly SubgraphAnswerError[],
  { fetch, selections }: EntityFetch,
  found: readonly Found[],
  execution: Execution,
): void {
  const located = new Map<EntitySelection, Located>()
  for (const error of errors) {
    const [key, position, ...rest] = error.path ?? []
    const index = selections.findIndex((selection) => selection.key === key)
    const selection = selections[index]
    const entities = found[index]
    if (selection === undefined || entities === undefined) {
      receiveRequestError(error, fetch, execution)
      continue
    }
    let places = located.get(selection)
    if (places === undefined) {
      places = locate(errors, selection, entities, execution.data ?? {})
      located.set(selection, places)
    }
    const tail = selection.outputRewrites?.renamePath(rest) ?? rest
    const here = places.get(position) ?? []
    for (const place of here) execution.errors.push(blame(error, [...place, ...tail], fetch.serviceName))
    // One that names no entity, or an entity that was not asked for, is about all of them.
    if (here.length === 0) receiveRequestError(error, { ...fetch, branches: selection.branches }, execution)
  }
}

/** Where entities stand, by the position they were sent at. */
type Located = ReadonlyMap<unknown, readonly Path[]>

/** Finds where the entities stand that errors name: once for all of them, since every entity may have one. */
function locate(
  errors: readonly SubgraphAnswerError[],
  selection: EntitySelection,
  { targets, positions }: Found,
  data: Data,
): Located {
  const named = new Set<unknown>(errors.flatMap(({ path }) => (path?.[0] === selection.key ? [path[1]] : [])))
  const positionOf = new Map<Data, number>()
  targets.forEach((target, index) => {
    const position = positions[index]
    if (position !== undefined && named.has(position)) positionOf.set(target, position)
  })
  const located = new Map<unknown, Path[]>()
  for (const [entity, place] of selection.findPlaces(data, positionOf)) {
    const position = positionOf.get(entity)
    const places = located.get(position)
    if (places === undefined) located.set(position, [place])
    else places.push(place)
  }
  return located
}

function receiveEntities(
  answer: SubgraphAnswer,
  { fetch, selections, blanks, facts }: EntityFetch,
  found: readonly Found[],
  execution: Execution,
): void {
  const { errors = [] } = answer
  const data = readData(answer, fetch, execution)
  if (data === null) return
  selections.forEach((selection, index) => {
    const entities = found[index]
    if (entities === undefined || entities.targets.length === 0) return
    const list = data[selection.key]
    const sent = entities.representations.list.length
    if (!Array.isArray(list) || list.length !== sent) {
      if ((list === null || list === undefined) && errors.length > 0) return
      const what = `expected ${sent} entities, but got ${Array.isArray(list) ? list.length : 'no list'}`
      for (const branch of selection.branches) execution.errors.push(blameAnswer(what, branch, fetch.serviceName))
      return
    }
    selection.outputRewrites?.apply(list)
    mergeEntities(list, entities, isShared(entities, found), facts)
    const blank = blanks[index]
    if (blank === undefined || !list.includes(null)) return
    const isFailed = findFailed(errors, selection.key, selections)
    mergeUnknown(list, entities, { blank, isFailed, facts })
  })
}

/** True when one answer may go to several places, which must not share objects. */
function isShared(entities: Found, all: readonly Found[]): boolean {
  const { representations, targets } = entities
  if (targets.length !== representations.list.length) return true
  return all.some((other) => other !== entities && other.representations === representations)
}

function mergeEntities(list: readonly unknown[], entities: Found, shared: boolean, facts: TypeFacts): void {
  const copy = shared ? clone : own
  entities.targets.forEach((target, index) => {
    const entity = list[entities.positions[index] ?? -1]
    if (isData(entity)) merge(target, entity, facts, copy)
  })
}

interface MergeUnknown {
  readonly blank: Blank
  readonly isFailed: (position: number) => boolean
  readonly facts: TypeFacts
}

/** Gives entities that their subgraph does not know, and of which no error tells, the nulls that this means. */
function mergeUnknown(list: readonly unknown[], { targets, positions }: Found, options: MergeUnknown): void {
  const { blank, isFailed, facts } = options
  targets.forEach((target, index) => {
    const position = positions[index] ?? -1
    const typeName = target['__typename']
    if (list[position] !== null || typeof typeName !== 'string' || isFailed(position)) return
    merge(target, blank(typeName), facts, own)
  })
}
