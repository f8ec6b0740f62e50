import type { EntityBatchAlias, FlattenNodePathSegment } from '@graphql-hive/router-query-planner'
import { isData, type Data } from './data.ts'
import { compileRepresent, findSoleKey, type Represent, type SoleKey, type Variables } from './requires.ts'
import { compileRewrites } from './rewrites.ts'
import type { TypeFacts } from './type-facts.ts'
import { compileWalk, compileWideWalk } from './walk.ts'

/** The entities that an `_entities` selection is about, in the order found. */
export interface Found {
  /** `targets[n]` is sent as representation `positions[n]`. */
  readonly targets: Data[]
  readonly positions: number[]
  readonly representations: Representations
}

/** Finds the entities of a selection in the data, or takes those given, and adds what is sent of them to the representations. */
export type Find = (from: Data | readonly Data[], variables: Variables, representations: Representations) => Found

/** Compiles the finding of the entities that an `_entities` selection is about. */
export function compileFind(alias: EntityBatchAlias, facts: TypeFacts): Find {
  const walks = alias.paths.map((path) => compileWalk(path, facts))
  const rewrites = compileRewrites(alias.inputRewrites, facts)
  const plain = compileRepresent(alias.requires, facts)
  const represent: Represent = (entity, variables) => {
    const representation = plain(entity, variables)
    if (representation !== null) rewrites?.apply(representation)
    return representation
  }
  const soleKey = rewrites === null ? findSoleKey(alias.requires) : null
  return (from, variables, representations) => {
    const found: Found = { targets: [], positions: [], representations }
    const add = (entity: Data) => representations.add(represent(entity, variables))
    const place = soleKey === null ? add : placeByKey(soleKey, { representations, facts, otherwise: add })
    const visit = (entity: Data) => {
      const position = place(entity)
      if (position === null) return
      found.targets.push(entity)
      found.positions.push(position)
    }
    if (isList(from)) from.forEach(visit)
    else for (const walk of walks) walk(from, visit)
    return found
  }
}

function isList(from: Data | readonly Data[]): from is readonly Data[] {
  return Array.isArray(from)
}

interface PlaceByKey {
  readonly representations: Representations
  readonly facts: TypeFacts
  readonly otherwise: (entity: Data) => number | null
}

/** Says as which representation an entity is sent, going by its key alone: none is made of one that is sent already. */
function placeByKey({ typeCondition, from, to }: SoleKey, options: PlaceByKey): (entity: Data) => number | null {
  const { representations, facts, otherwise } = options
  // Nearly always all are of one type, so that what is known of a type is looked up once.
  let lastType: string | null = null
  let keyed: Keyed | null = null
  return (entity) => {
    const typeName = entity['__typename']
    const key = entity[from]
    if (isData(key) || Array.isArray(key)) return otherwise(entity)
    if (key === undefined || typeof typeName !== 'string') return null
    if (typeName !== lastType) {
      lastType = typeName
      keyed = facts.matches(typeCondition, typeName) ? representations.keyedBy(typeName, to) : null
    }
    return keyed === null ? null : representations.addKey(keyed, key)
  }
}

/** Representations of one type that have one key and nothing else, by that key. */
interface Keyed {
  readonly typeName: string
  readonly name: string
  readonly positions: Map<unknown, number>
}

/** A list of representations without repetition. */
export class Representations {
  readonly list: Data[] = []
  readonly #bySpelling = new Map<string, number>()
  readonly #byKey = new Map<string, Keyed>()

  /** Adds a representation, or finds it; answers its position in the list, and null for none. */
  add(representation: Data | null): number | null {
    if (representation === null) return null
    const spelling = JSON.stringify(representation)
    const known = this.#bySpelling.get(spelling)
    if (known !== undefined) return known
    const position = this.list.push(representation) - 1
    this.#bySpelling.set(spelling, position)
    return position
  }

  /** The representations that have nothing but a type and a key of that name. */
  keyedBy(typeName: string, name: string): Keyed {
    // No name has a colon.
    const kind = `${typeName}:${name}`
    let keyed = this.#byKey.get(kind)
    if (keyed === undefined) this.#byKey.set(kind, (keyed = { typeName, name, positions: new Map() }))
    return keyed
  }

  /** Adds, or finds, one of those, by its key, which is a leaf. */
  addKey({ typeName, name, positions }: Keyed, key: unknown): number {
    const known = positions.get(key)
    if (known !== undefined) return known
    const position = this.list.push({ __typename: typeName, [name]: key }) - 1
    positions.set(key, position)
    return position
  }
}

/** Keys and list positions from the root of the data to a value. */
export type Path = readonly (string | number)[]

/** Finds where entities stand, in one walk. Errors are rare and entities many, so places are looked for, not kept. */
export type FindPlaces = (data: Data, wanted: ReadonlyMap<Data, unknown>) => ReadonlyMap<Data, Path>

/** Compiles the finding of places on the paths of an `_entities` selection; each entity stands in one. */
export function compileFindPlaces(paths: readonly (readonly FlattenNodePathSegment[])[], facts: TypeFacts): FindPlaces {
  const walks = paths.map((path) => compileWideWalk(path, facts))
  return (data, wanted) => {
    const places = new Map<Data, Path>()
    for (const walk of walks) {
      walk(data, (entity, path, depth) => {
        if (wanted.has(entity)) places.set(entity, path.slice(0, depth))
      })
    }
    return places
  }
}
