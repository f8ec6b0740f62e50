import { type WebSocket, WebSocketServer } from 'ws'
import { useServer } from 'graphql-ws/use/ws'
import type { Upgrade } from '../server/role.ts'
import type { Viewer } from '../store/viewer.ts'
import { type DoorOptions, doorPath } from './door.ts'
import type { Subgraph } from './schema.ts'

/** Frames that the gateway sends are operations; none comes near. */
const MAX_FRAME_BYTES = 1024 * 1024

/** A socket door, and how to end it. */
export interface SocketDoor {
  readonly upgrade: Upgrade
  close(): Promise<void>
}

/** Who opened the socket, once that is known. */
type Knowing = { viewer?: Viewer }

const assertionIn = (parameters: Readonly<Record<string, unknown>> | null | undefined): string | null => {
  const header = parameters?.['authorization']
  const [, assertion] = typeof header === 'string' ? (/^Bearer (.+)$/i.exec(header) ?? []) : []
  return assertion ?? null
}

/** The WebSocket door of one subgraph (graphql-transport-ws): `connection_init` carries the gateway's assertion. */
export function openSocketDoor(subgraph: Subgraph, options: DoorOptions): SocketDoor {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_FRAME_BYTES, perMessageDeflate: false })
  const server = useServer<Record<string, unknown>, Knowing>(
    {
      schema: subgraph.schema,
      async onConnect(context) {
        const assertion = assertionIn(context.connectionParams)
        const viewer = assertion === null ? null : await options.verify(assertion).catch(() => null)
        if (viewer === null) return false
        context.extra.viewer = viewer
        return true
      },
      context(context, id) {
        const { viewer } = context.extra
        if (viewer === undefined) throw new Error('a socket that was not let in sent an operation')
        return options.contextFor(viewer, id, {})
      },
    },
    sockets,
  )
  return {
    upgrade: {
      path: doorPath(subgraph),
      handle: (request, socket, head) =>
        sockets.handleUpgrade(request, socket, head, (opened: WebSocket) =>
          sockets.emit('connection', opened, request),
        ),
    },
    async close() {
      await server.dispose()
    },
  }
}
