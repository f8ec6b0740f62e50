import type { FetchNodePathSegment, FetchRewrite } from '@graphql-hive/router-query-planner'
import { isData, type Data } from './data.ts'
import type { TypeFacts } from './type-facts.ts'

/** Renames keys and sets values the way the plan says. */
export interface Rewrites {
  /** Rewrites an object, or each of a list of them, in place. */
  apply(value: unknown): void
  /** Says where something at `path` of a subgraph's answer stands after the rewrite. */
  renamePath(path: readonly (string | number)[]): readonly (string | number)[]
}

interface Rewrite {
  readonly path: readonly FetchNodePathSegment[]
  readonly last: string
  readonly write: (owner: Data, key: string) => void
  readonly renamedTo: string | null
}

/** Compiles the rewrites of a fetch; null when it has none, which is the common case. */
export function compileRewrites(rewrites: readonly FetchRewrite[] | undefined, facts: TypeFacts): Rewrites | null {
  if (rewrites === undefined || rewrites.length === 0) return null
  const compiled = rewrites.map(compileRewrite)
  return {
    apply: (value) => {
      for (const rewrite of compiled) applyAt(rewrite, value, 0, facts)
    },
    renamePath: (path) => compiled.reduce(renameIn, path),
  }
}

function compileRewrite(rewrite: FetchRewrite): Rewrite {
  if ('KeyRenamer' in rewrite) {
    const { path, renameKeyTo } = rewrite.KeyRenamer
    return {
      path,
      last: lastKey(path),
      write: (owner, key) => renameKey(owner, key, renameKeyTo),
      renamedTo: renameKeyTo,
    }
  }
  const { path, setValueTo } = 'ValueSetter' in rewrite ? rewrite.ValueSetter : rewrite
  const write = (owner: Data, key: string) => {
    owner[key] = setValueTo
  }
  return { path, last: lastKey(path), write, renamedTo: null }
}

function lastKey(path: readonly FetchNodePathSegment[]): string {
  const last = path.at(-1)
  if (last === undefined || !('Key' in last)) throw new Error('rewrite: expected a path that ends with a key')
  return last.Key
}

function renameKey(owner: Data, from: string, to: string): void {
  if (!(from in owner)) return
  owner[to] = owner[from]
  delete owner[from]
}

function applyAt(rewrite: Rewrite, value: unknown, step: number, facts: TypeFacts): void {
  if (Array.isArray(value)) {
    for (const item of value) applyAt(rewrite, item, step, facts)
    return
  }
  if (!isData(value)) return
  const segment = rewrite.path[step]
  if (segment === undefined) return
  if ('TypenameEquals' in segment) {
    const typeName = value['__typename']
    const fits =
      typeof typeName !== 'string' || segment.TypenameEquals.some((condition) => facts.matches(condition, typeName))
    if (fits) applyAt(rewrite, value, step + 1, facts)
  } else if (step === rewrite.path.length - 1) rewrite.write(value, segment.Key)
  else applyAt(rewrite, value[segment.Key], step + 1, facts)
}

/** Follows the rewrite's keys along a path, passing over list positions, and renames the key they end at. */
function renameIn(path: readonly (string | number)[], rewrite: Rewrite): readonly (string | number)[] {
  if (rewrite.renamedTo === null) return path
  const keys = rewrite.path.flatMap((segment) => ('Key' in segment ? [segment.Key] : []))
  let matched = 0
  for (let index = 0; index < path.length; index++) {
    if (typeof path[index] === 'number') continue
    if (path[index] !== keys[matched]) return path
    matched++
    if (matched === keys.length) return [...path.slice(0, index), rewrite.renamedTo, ...path.slice(index + 1)]
  }
  return path
}
