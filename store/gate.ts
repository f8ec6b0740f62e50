/** Lets work in, and answers what it answers. */
export type Gate = <Result>(work: () => Promise<Result>) => Promise<Result>

/** Makes a gate that lets so many in at a time; the others wait, whoever came first goes first. */
export function createGate(places: number): Gate {
  let free = places
  const waiting: (() => void)[] = []
  return async (work) => {
    if (free > 0) free -= 1
    else await new Promise<void>((resolve) => waiting.push(resolve))
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next === undefined) free += 1
      else next()
    }
  }
}
