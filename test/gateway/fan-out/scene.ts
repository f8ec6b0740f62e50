import { serve, type Served, type ServeOptions } from '../served.ts'
import { connectRaw, type RawClient } from './raw-client.ts'
import { createRooms, type Rooms } from './rooms.ts'

/** Rooms behind a served gateway, and clients of it. */
export interface Scene extends AsyncDisposable {
  readonly rooms: Rooms
  readonly served: Served
  /** Connects a client; the scene ends it. */
  client(authorization?: string): Promise<RawClient>
}

/** Sets the scene. */
export async function setScene(options: ServeOptions = {}): Promise<Scene> {
  const rooms = createRooms()
  const served = await serve([rooms.talk, rooms.people], options)
  const clients: RawClient[] = []
  return {
    rooms,
    served,
    client: async (authorization) => {
      const client = await connectRaw(served.socketUrl, authorization)
      clients.push(client)
      return client
    },
    [Symbol.asyncDispose]: async () => {
      for (const client of clients) client[Symbol.dispose]()
      await served[Symbol.asyncDispose]()
    },
  }
}
