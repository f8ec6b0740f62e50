import { Client } from 'pg'
import { nameFault } from './unavailable.ts'

const FIRST_DELAY_MS = 50
const LONGEST_DELAY_MS = 5_000
const CONNECT_TIMEOUT_MS = 5_000

/**
 * Hears one NOTIFY channel until disposed.
 *
 * When the connection breaks it connects again, ever more slowly up to every five seconds, and then says `heard('')`:
 * something may have been missed meanwhile. `heard` must not throw.
 *
 * @throws DatabaseUnavailableError when the first connection cannot be made
 */
export async function openListener(options: {
  url: string
  applicationName: string
  channel: string
  heard: (payload: string) => void
}): Promise<AsyncDisposable> {
  const { channel, heard } = options
  let closed = false
  let current: Client | null = null
  let retry: NodeJS.Timeout | null = null
  let connecting: Promise<void> = Promise.resolve()

  const connect = async (): Promise<void> => {
    const client = new Client({
      connectionString: options.url,
      application_name: options.applicationName,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      keepAlive: true,
    })
    // The end of the connection is heard as `end`; the error adds nothing to do.
    client.on('error', () => undefined)
    try {
      await client.connect()
      client.on('notification', (message) => heard(message.payload ?? ''))
      await client.query(`listen ${client.escapeIdentifier(channel)}`)
    } catch (error) {
      await client.end().catch(() => undefined)
      throw nameFault(error)
    }
    if (closed) {
      await client.end().catch(() => undefined)
      return
    }
    current = client
    client.once('end', () => {
      current = null
      reconnectIn(FIRST_DELAY_MS)
    })
  }

  const again = async (delayMs: number): Promise<void> => {
    try {
      await connect()
    } catch {
      // Still down: heard again below.
      reconnectIn(Math.min(delayMs * 2, LONGEST_DELAY_MS))
      return
    }
    if (!closed) heard('')
  }

  const reconnectIn = (delayMs: number): void => {
    if (closed) return
    retry = setTimeout(() => {
      connecting = again(delayMs)
    }, delayMs)
  }

  await connect()
  return {
    async [Symbol.asyncDispose]() {
      closed = true
      if (retry !== null) clearTimeout(retry)
      await connecting
      await current?.end().catch(() => undefined)
    },
  }
}
