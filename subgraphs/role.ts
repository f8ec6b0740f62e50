import type { Role } from '../server/role.ts'
import type { Services } from './context.ts'
import { type DoorOptions, openDoor } from './door.ts'
import type { Subgraph } from './schema.ts'
import { openSocketDoor } from './sockets.ts'

/** What the role needs: the subgraphs, and null for `doors` when the gateway reaches them in this process. */
export interface SubgraphsOptions {
  readonly services: Services
  readonly subgraphs: readonly Subgraph[]
  readonly doors: DoorOptions | null
}

/** The subgraphs as services of their own; behind a gateway in this process, they have no doors. */
export async function createSubgraphsRole({ services, subgraphs, doors }: SubgraphsOptions): Promise<Role> {
  const routes = doors === null ? [] : await Promise.all(subgraphs.map((subgraph) => openDoor(subgraph, doors)))
  const sockets = doors === null ? [] : subgraphs.map((subgraph) => openSocketDoor(subgraph, doors))
  let closed: Promise<void> | null = null
  return {
    name: 'subgraphs',
    routes,
    upgrades: sockets.map((door) => door.upgrade),
    async notReady() {
      return (await services.store.database.isReachable()) ? [] : ['subgraphs: the database does not answer']
    },
    close: () => (closed ??= Promise.all(sockets.map((door) => door.close())).then(() => undefined)),
  }
}
