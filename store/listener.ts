import { Client } from 'pg'
import { nameFault } from './unavailable.ts'

const FIRST_DELAY_MS = 50
const LONGEST_DELAY_MS = 5_000
const CONNECT_TIMEOUT_MS = 5_000

type Heard = (payload: string) => void

/** What hears NOTIFY, whatever the number of channels, over one connection. */
export interface Listener extends AsyncDisposable {
  /**
   * Hears a channel until disposed.
   *
   * When the connection breaks it is made again, ever more slowly up to every five seconds, and then says `heard('')`:
   * something may have been missed meanwhile. `heard` must not throw.
   *
   * @throws DatabaseUnavailableError it cannot be heard now
   */
  hear(channel: string, heard: Heard): Promise<AsyncDisposable>
}

/** Makes a listener. It is connected while anybody hears something. */
export function createListener({ url, applicationName }: { url: string; applicationName: string }): Listener {
  const hearers = new Map<string, Set<Heard>>()
  let current: Client | null = null
  let retry: NodeJS.Timeout | null = null
  let turn: Promise<unknown> = Promise.resolve()

  /** One thing at a time is done with the connection. */
  const inTurn = <Result>(work: () => Promise<Result>): Promise<Result> => {
    const done = turn.then(work)
    turn = done.catch(() => undefined)
    return done
  }
  const sound = (channel: string, payload: string): void => {
    for (const heard of hearers.get(channel) ?? []) heard(payload)
  }
  const soundAll = (): void => {
    for (const channel of hearers.keys()) sound(channel, '')
  }
  const forget = (channel: string, heard: Heard): void => {
    const those = hearers.get(channel)
    those?.delete(heard)
    if (those?.size === 0) hearers.delete(channel)
  }

  const connect = async (): Promise<void> => {
    const client = new Client({
      connectionString: url,
      application_name: applicationName,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      keepAlive: true,
    })
    // The end of the connection is heard as `end`; the error adds nothing to do.
    client.on('error', () => undefined)
    try {
      await client.connect()
      client.on('notification', ({ channel, payload = '' }) => sound(channel, payload))
      for (const channel of hearers.keys()) await client.query(`listen ${client.escapeIdentifier(channel)}`)
    } catch (error) {
      await client.end().catch(() => undefined)
      throw nameFault(error)
    }
    current = client
    client.once('end', () => {
      if (current !== client) return
      current = null
      reconnectIn(FIRST_DELAY_MS)
    })
  }
  const disconnect = async (): Promise<void> => {
    if (retry !== null) clearTimeout(retry)
    const client = current
    current = null
    await client?.end().catch(() => undefined)
  }
  const again = async (delayMs: number): Promise<void> => {
    if (current !== null || hearers.size === 0) return
    try {
      await connect()
    } catch {
      // Still down: heard again below.
      return reconnectIn(Math.min(delayMs * 2, LONGEST_DELAY_MS))
    }
    soundAll()
  }
  const reconnectIn = (delayMs: number): void => {
    retry = setTimeout(() => void inTurn(() => again(delayMs)), delayMs)
  }

  const begin = async (channel: string, isHeard: boolean, isAlone: boolean): Promise<void> => {
    if (current === null) {
      await connect()
      // The others have missed something.
      if (!isAlone) soundAll()
    } else if (!isHeard) await current.query(`listen ${current.escapeIdentifier(channel)}`)
  }
  return {
    async hear(channel, heard) {
      const own: Heard = (payload) => heard(payload)
      await inTurn(async () => {
        const [isHeard, isAlone] = [hearers.has(channel), hearers.size === 0]
        hearers.set(channel, (hearers.get(channel) ?? new Set()).add(own))
        try {
          await begin(channel, isHeard, isAlone)
        } catch (error) {
          forget(channel, own)
          throw nameFault(error)
        }
      })
      return {
        async [Symbol.asyncDispose]() {
          forget(channel, own)
          await inTurn(async () => {
            if (hearers.size === 0) await disconnect()
            else if (!hearers.has(channel))
              await current?.query(`unlisten ${current.escapeIdentifier(channel)}`).catch(() => undefined)
          })
        },
      }
    },
    async [Symbol.asyncDispose]() {
      hearers.clear()
      await inTurn(disconnect)
    },
  }
}
