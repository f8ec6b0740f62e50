import { connect, createServer } from 'node:net'
import type { AddressInfo, NetConnectOpts, Socket } from 'node:net'

/** A way to a PostgreSQL server that can be cut and mended. */
export interface Proxy extends AsyncDisposable {
  /** The same database, through the proxy. */
  readonly url: string
  /** Ends every connection and refuses new ones. */
  cut(): void
  mend(): void
  /** How many connections it has refused. */
  readonly refused: number
}

/** Stands between clients and the server of a database URL. */
export async function openProxy(databaseUrl: string): Promise<Proxy> {
  const target = new URL(databaseUrl)
  const sockets = new Set<Socket>()
  let isCut = false
  let refused = 0
  const server = createServer((client) => {
    if (isCut) {
      refused += 1
      return void client.destroy()
    }
    const upstream = connect(addressOf(target))
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => {
        sockets.delete(socket)
        other.destroy()
      })
      socket.pipe(other)
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = new URL(databaseUrl)
  url.searchParams.delete('host')
  url.searchParams.delete('port')
  const { port } = server.address() as AddressInfo
  const login = target.username || target.searchParams.get('user') || 'postgres'
  const proxied = new URL(`postgres://${login}@127.0.0.1:${port}${target.pathname}`)
  proxied.password = target.password
  return {
    url: proxied.toString(),
    cut() {
      isCut = true
      for (const socket of sockets) socket.destroy()
    },
    mend() {
      isCut = false
    },
    get refused() {
      return refused
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** Sockets of the machine stand in a folder, named by port. */
function addressOf(url: URL): NetConnectOpts {
  const host = url.searchParams.get('host')
  const port = Number(url.searchParams.get('port') ?? (url.port || 5432))
  return host?.startsWith('/') ? { path: `${host}/.s.PGSQL.${port}` } : { host: url.hostname || '127.0.0.1', port }
}
