/** A map that forgets what was not used for longest when its weight passes a bound. */
export interface LruMap<V> {
  get(key: string): V | undefined
  set(key: string, value: V, weight: number): void
  /** How many values are held. */
  size(): number
}

/** Makes a map that holds values up to a total weight; a value heavier than that is not kept at all. */
export function createLruMap<V>(maxWeight: number): LruMap<V> {
  // A Map iterates in the order of insertion: whoever is used is inserted anew, so the first is the oldest.
  const entries = new Map<string, { readonly value: V; readonly weight: number }>()
  let total = 0
  const remove = (key: string) => {
    total -= entries.get(key)?.weight ?? 0
    entries.delete(key)
  }
  return {
    size: () => entries.size,
    get: (key) => {
      const entry = entries.get(key)
      if (entry === undefined) return undefined
      entries.delete(key)
      entries.set(key, entry)
      return entry.value
    },
    set: (key, value, weight) => {
      remove(key)
      if (weight > maxWeight) return
      entries.set(key, { value, weight })
      total += weight
      for (const oldest of entries.keys()) {
        if (total <= maxWeight) break
        remove(oldest)
      }
    },
  }
}
