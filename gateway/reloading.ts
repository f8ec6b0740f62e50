import type { Logger } from 'pino'
import type { GatewayMetrics } from './observe/metrics.ts'
import type { GatewayRole } from './role.ts'
import type { Supplied, Supply } from './supply.ts'

/** Reads the supergraph anew, whenever it is asked to. */
export interface Reloading {
  /**
   * Serves what the supply has now, after the reloads that are under way. What is not different changes nothing; what
   * cannot be served is refused with a line in the log. Never rejects.
   */
  reload(): Promise<void>
}

/** What reloading needs. */
export interface ReloadingOptions {
  readonly gateway: Pick<GatewayRole, 'graph' | 'hub' | 'reload'>
  readonly supply: Supply
  readonly logger: Logger
  /** Where a supergraph is counted that could not even be read; the gateway counts the others. */
  readonly metrics: GatewayMetrics | null
}

/** Makes the reloads of a gateway: one at a time, in order. */
export function createReloading({ gateway, supply, logger, metrics }: ReloadingOptions): Reloading {
  const refuse = (error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error)
    logger.error({ err: error }, `the supergraph is refused, and the one before stays: ${reason}`)
  }
  const serve = async (supplied: Supplied) => {
    if (supplied.supergraphSdl === gateway.graph.get().supergraphSdl) {
      await supplied.discard()
      return logger.info('the supergraph is the same as before')
    }
    try {
      await gateway.reload(supplied)
    } catch (error) {
      await supplied.discard()
      return refuse(error)
    }
    supplied.keep()
    logger.info({ subgraphs: Object.keys(supplied.transports), ...gateway.hub.counts() }, 'the supergraph was replaced')
  }
  const reload = async () => {
    let supplied: Supplied
    try {
      supplied = await supply.read()
    } catch (error) {
      metrics?.reloaded('refused')
      return refuse(error)
    }
    await serve(supplied)
  }
  let last = Promise.resolve()
  return { reload: () => (last = last.then(reload)) }
}
