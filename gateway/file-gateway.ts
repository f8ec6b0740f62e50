import type { Logger } from 'pino'
import type { Clock } from './clock.ts'
import { followFile } from './follow-file.ts'
import { createReloading, type Reloading } from './reloading.ts'
import { createGatewayRole, type GatewayOptions, type GatewayRole } from './role.ts'
import { checkNames, createSupply, type SupplyOptions } from './supply.ts'

/** What a gateway over a file is made of. */
export interface FileGatewayOptions extends SupplyOptions {
  readonly gateway: Omit<GatewayOptions, 'supergraphSdl' | 'transports'>
  readonly clock: Clock
  readonly logger: Logger
}

/** A gateway whose supergraph is a file, and follows it. */
export interface FileGateway {
  readonly role: GatewayRole
  readonly reloading: Reloading
}

/**
 * Opens a gateway over the supergraph in a file. When the file changes, what it holds then is served.
 *
 * Closing the role ends the following, too.
 *
 * @throws SupergraphError the file cannot be served, or an address is given for a subgraph that it does not have
 */
export async function openFileGateway({ gateway, clock, logger, ...from }: FileGatewayOptions): Promise<FileGateway> {
  const supply = createSupply(from)
  const first = await supply.read()
  let role: GatewayRole
  try {
    checkNames(first, from.urls)
    checkNames(first, from.subscriptionUrls ?? new Map())
    role = await createGatewayRole({ ...gateway, ...first })
  } catch (error) {
    await first.discard()
    throw error
  }
  first.keep()
  const reloading = createReloading({ gateway: role, supply, logger, metrics: gateway.metrics ?? null })
  const following = followFile({
    file: from.file,
    text: first.supergraphSdl,
    clock,
    onChange: () => void reloading.reload(),
  })
  const close = () => {
    following[Symbol.dispose]()
    return role.close()
  }
  return { role: { ...role, close }, reloading }
}
