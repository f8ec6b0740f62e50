import type { ReportError } from './errors.ts'
import type { Graph } from './graph.ts'
import type { Transport } from './transport/transport.ts'

/** The graph that is served, which may be replaced while operations run. */
export interface CurrentGraph {
  /** Whoever lets an operation in keeps the graph that let it in: it runs there, whatever is served by then. */
  get(): Graph
  /**
   * Serves another graph from now on. What runs on the one before finishes there; then those of its transports that no
   * later graph uses are closed.
   */
  replace(next: Graph): void
  /** Calls back with each graph that is served from now on, right when it is. The answer ends that. */
  watch(callback: (graph: Graph) => void): () => void
  /** Graphs that were replaced, and on which something still runs. */
  readonly retiring: number
  /** Closes all transports, after what is under way on them. */
  close(): Promise<void>
}

/** Serves a first graph. */
export function createCurrentGraph(first: Graph, report: ReportError): CurrentGraph {
  let current = first
  const callbacks = new Set<(graph: Graph) => void>()
  const retiring = new Set<Graph>()
  const isUsed = (transport: Transport) =>
    [current, ...retiring].some(({ transports }) => Object.values(transports).includes(transport))
  const retire = async (graph: Graph) => {
    retiring.add(graph)
    await graph.executor.idle()
    retiring.delete(graph)
    const unused = Object.values(graph.transports).filter((transport) => !isUsed(transport))
    await Promise.all(unused.map((transport) => transport.close()))
  }
  return {
    get: () => current,
    replace: (next) => {
      const before = current
      current = next
      for (const callback of callbacks) callback(next)
      retire(before).catch((error: unknown) => report(error, 'reload'))
    },
    watch: (callback) => {
      callbacks.add(callback)
      return () => void callbacks.delete(callback)
    },
    get retiring() {
      return retiring.size
    },
    close: async () => {
      const transports = new Set([current, ...retiring].flatMap((graph) => Object.values(graph.transports)))
      await Promise.all([...transports].map((transport) => transport.close()))
    },
  }
}
