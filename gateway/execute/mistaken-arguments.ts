import { Kind, parse, print, type FieldNode, type SelectionNode } from 'graphql'
import type {
  FetchRewrite,
  FlattenNodePathSegment,
  PlanNode,
  RequiresSelection,
} from '@graphql-hive/router-query-planner'
import { spellOut } from './spell-out.ts'

/** How the planner begins the aliases it makes up. */
export const INNER_ALIAS = '_internal_qp_alias_'

/**
 * True for a plan that takes a field for the same field with other arguments.
 *
 * Where a field is required with other arguments than the client, or another field, asks it with, planner 0.0.38 goes
 * wrong in these ways: it makes up an alias and does not take the field by it, or takes by it what was fetched elsewhere
 * without one; it makes one fetch of two that require the field otherwise, and sends it twice under one name; or it makes
 * up no alias, and one takes the other's place.
 */
export function mistakesArguments(node: PlanNode | undefined): boolean {
  if (node === undefined) return false
  const places: Places = { fetched: new Set(), taken: new Set(), written: new Map(), isMistaken: false }
  readNode(node, places)
  const { fetched, taken } = places
  const differ = fetched.size !== taken.size || [...fetched].some((place) => !taken.has(place))
  return places.isMistaken || differ
}

/** What a plan does where in the data; places are keys joined by dots. */
interface Places {
  /** Where aliases are fetched that the planner made up. */
  readonly fetched: Set<string>
  /** Where they are taken from. */
  readonly taken: Set<string>
  /** Which fields, with their arguments, are fetched for objects of which type, or of whichever it is. */
  readonly written: Map<string, { readonly field: string; readonly type: string | null }[]>
  /** Whether two fields are sent under one name, or fetched into one place. */
  isMistaken: boolean
}

function readNode(node: PlanNode, places: Places): void {
  switch (node.kind) {
    case 'Fetch':
      return readFetch(node, [], places)
    case 'Subscription':
      return readFetch(node.primary, [], places)
    case 'Flatten':
      if (node.node.kind !== 'Fetch') return readNode(node.node, places)
      return readFetch(node.node, toKeys(node.path), places)
    case 'BatchFetch':
      for (const { alias, paths, ...selection } of node.entityBatch.aliases) {
        for (const path of paths.map(toKeys))
          readFetch({ ...selection, operation: node.operation }, path, places, alias)
      }
      return
    case 'Sequence':
    case 'Parallel':
      for (const each of node.nodes) readNode(each, places)
      return
    case 'Condition':
    case 'Defer':
      return
  }
}

interface Asked {
  readonly operation: string
  readonly requires?: readonly RequiresSelection[]
  readonly outputRewrites?: readonly FetchRewrite[]
}

/** @param entities the key under which the fetch answers entities */
function readFetch(
  { operation, requires = [], outputRewrites = [] }: Asked,
  path: readonly string[],
  places: Places,
  entities = '_entities',
): void {
  readRequires(requires, path, places)
  for (const rewrite of outputRewrites) {
    const key = renamedKey(rewrite)
    if (key !== undefined) places.taken.add([...path, ...key].join('.'))
  }
  const { selections } = spellOut(parse(operation, { noLocation: true })).selectionSet
  const isOfEntities = path.length > 0
  const roots = isOfEntities ? selections.flatMap((node) => (keyOf(node) === entities ? inside(node) : [])) : selections
  readSelections(roots, path, null, places)
}

function readSelections(
  selections: readonly SelectionNode[],
  path: readonly string[],
  type: string | null,
  places: Places,
): void {
  for (const node of selections) {
    if (node.kind === Kind.INLINE_FRAGMENT) {
      readSelections(inside(node), path, node.typeCondition?.name.value ?? type, places)
    }
    if (node.kind !== Kind.FIELD) continue
    const here = [...path, (node.alias ?? node.name).value]
    readField(node, here, type, places)
    readSelections(inside(node), here, null, places)
  }
}

function readField(node: FieldNode, path: readonly string[], type: string | null, places: Places): void {
  const place = path.join('.')
  if (node.alias?.value.startsWith(INNER_ALIAS)) places.fetched.add(place)
  const field = [node.name, ...(node.arguments ?? [])].map(print).join(' ')
  const written = places.written.get(place) ?? []
  const isOther = (other: (typeof written)[number]) =>
    other.field !== field && (other.type === type || other.type === null || type === null)
  if (written.some(isOther)) places.isMistaken = true
  if (!written.some((other) => other.field === field && other.type === type)) written.push({ field, type })
  places.written.set(place, written)
}

function readRequires(requires: readonly RequiresSelection[], path: readonly string[], places: Places): void {
  const sent = new Map<string, string>()
  for (const each of requires) {
    if (each.kind === 'FragmentSpread') continue
    if (each.kind === 'InlineFragment') {
      readRequires(each.selections, path, places)
      continue
    }
    const { name, alias = name } = each
    if ((sent.get(alias) ?? name) !== name) places.isMistaken = true
    sent.set(alias, name)
    const here = [...path, name]
    if (name.startsWith(INNER_ALIAS)) places.taken.add(here.join('.'))
    readRequires(each.selections ?? [], here, places)
  }
}

/** A fetch's answer holds some keys only until they are renamed to the client's. */
function renamedKey(rewrite: FetchRewrite): readonly string[] | undefined {
  const body = 'KeyRenamer' in rewrite ? rewrite.KeyRenamer : 'ValueSetter' in rewrite ? rewrite.ValueSetter : rewrite
  if (!('renameKeyTo' in body)) return undefined
  return body.path.flatMap((segment) => ('Key' in segment && segment.Key !== '_entities' ? [segment.Key] : []))
}

function toKeys(path: readonly FlattenNodePathSegment[]): readonly string[] {
  return path.flatMap((segment) => (segment !== '@' && 'Field' in segment ? [segment.Field] : []))
}

function keyOf(node: SelectionNode): string | undefined {
  return node.kind === Kind.FIELD ? (node.alias ?? node.name).value : undefined
}

function inside(node: SelectionNode): readonly SelectionNode[] {
  return node.kind === Kind.FRAGMENT_SPREAD ? [] : (node.selectionSet?.selections ?? [])
}
