/** A JSON object as subgraphs answer it and steps merge it. */
export type Data = Record<string, unknown>

/** True for a JSON object: neither null, nor a list, nor a leaf. */
export function isData(value: unknown): value is Data {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A place in the answer, innermost first; linked, so that walking a list costs one small object an item. */
export interface Place {
  readonly parent: Place | null
  readonly key: string | number
}

/** Spells a place out as a GraphQL path, outermost key first. */
export function toPath(place: Place | null): (string | number)[] {
  const path: (string | number)[] = []
  for (let at = place; at !== null; at = at.parent) path.push(at.key)
  return path.reverse()
}
