/**
 * Maps items with at most `limit` at work at the same time; results stand in the order of the items.
 *
 * The first error wins: nothing more is begun, what is under way has its signal aborted and is waited for, so that no
 * work outlives the call.
 *
 * @throws the first error of `work`, or the signal's reason when it is aborted
 */
export async function mapBounded<Item, Result>(
  items: readonly Item[],
  options: { readonly limit: number; readonly signal?: AbortSignal },
  work: (item: Item, signal: AbortSignal) => Promise<Result>,
): Promise<Result[]> {
  const failure = new AbortController()
  const signal = options.signal ? AbortSignal.any([options.signal, failure.signal]) : failure.signal
  const results: Result[] = []
  const rest = items.entries()
  const worker = async (): Promise<void> => {
    for (const [index, item] of rest) {
      signal.throwIfAborted()
      results[index] = await work(item, signal)
    }
  }
  const workers = Array.from({ length: Math.min(options.limit, items.length) }, async () => {
    try {
      await worker()
    } catch (error) {
      failure.abort(error)
    }
  })
  await Promise.all(workers)
  signal.throwIfAborted()
  return results
}
