import { DeliverPolicy, DiscardPolicy, jetstream, jetstreamManager, StorageType } from '@nats-io/jetstream'
import { connect, type ConnectionOptions, type NatsConnection } from '@nats-io/transport-node'
import type { Bell } from './bell.ts'

/** Which NATS has the bell. */
export interface NatsBellOptions {
  /** `nats://` or `tls://`, with user and password or a token before an `@` where it wants one. */
  readonly url: string
  readonly log: (line: string) => void
}

const STREAM = 'SWITCHBOARD_BELL'
/** The last part is a workspace, which no other installation on the same NATS has, or `all`. */
const SUBJECT = 'switchboard.bell'
const ALL = 'all'
/** Who was away so long looks into the log when it is back. */
const KEPT_NANOSECONDS = 60 * 1_000_000_000
/** Of a connection, and of the answer to a ring. */
const TIMEOUT_MS = 5_000
const RECONNECT_MS = 500
const RETRY_MS = 1_000
/** While the bell cannot be heard, who wants to hear it looks so often instead. */
const POLL_MS = 1_000

/**
 * A bell over NATS JetStream: each process hears it over its one connection to NATS, and needs none to the database for it.
 *
 * NATS may be away, also at the start: then it rings every second for everybody, so that all look into the log by
 * themselves, and the log says so once.
 */
export function openNatsBell({ url, log }: NatsBellOptions): Bell {
  const hearers = new Set<(workspaceId: string) => void>()
  const closing = new AbortController()
  let connection: NatsConnection | null = null
  let isHeard = false
  let told = ''

  const sound = (workspaceId: string): void => {
    for (const heard of hearers) heard(workspaceId)
  }
  const tell = (line: string): void => {
    if (line !== told) log(line)
    told = line
  }
  const lost = (why: string): void => {
    isHeard = false
    if (!closing.signal.aborted) tell(`NATS: ${why}; events are looked for every second until it is back`)
  }
  const found = (): void => {
    isHeard = true
    tell('NATS: connected, it has the bell for events')
    // Something may have been missed meanwhile.
    sound('')
  }
  const polling = setInterval(() => {
    if (!isHeard) sound('')
  }, POLL_MS)
  polling.unref()

  /** Hears the bell over one connection, which reconnects by itself, until it is closed. */
  const hearOver = async (opened: NatsConnection): Promise<void> => {
    await ensureStream(opened)
    const consumer = await jetstream(opened).consumers.get(STREAM, { deliver_policy: DeliverPolicy.New })
    const messages = await consumer.consume({
      callback: ({ subject }) => {
        const whose = subject.slice(SUBJECT.length + 1)
        sound(whose === ALL ? '' : whose)
      },
    })
    connection = opened
    found()
    for await (const { type } of opened.status()) {
      if (type === 'disconnect') lost('the connection is lost')
      if (type === 'reconnect') found()
    }
    messages.stop()
  }
  const run = async (): Promise<void> => {
    while (!closing.signal.aborted) {
      try {
        const opened = await connect(toOptions(url))
        closing.signal.addEventListener('abort', () => void opened.close(), { once: true })
        if (closing.signal.aborted) await opened.close()
        try {
          await hearOver(opened)
          lost('the connection is closed')
        } finally {
          await opened.close()
        }
      } catch (error) {
        lost(error instanceof Error ? error.message : String(error))
      }
      connection = null
      if (!closing.signal.aborted) await pause(RETRY_MS, closing.signal)
    }
  }
  const running = run()
  return {
    hear(heard) {
      const one = (workspaceId: string): void => heard(workspaceId)
      hearers.add(one)
      return Promise.resolve({
        [Symbol.asyncDispose]() {
          hearers.delete(one)
          return Promise.resolve()
        },
      })
    },
    async ring(workspaceId, id) {
      if (connection === null || !isHeard) throw new Error('NATS is not connected')
      const subject = `${SUBJECT}.${workspaceId === '' ? ALL : workspaceId}`
      const publish = (over: NatsConnection) => jetstream(over).publish(subject, '', { msgID: id, timeout: TIMEOUT_MS })
      try {
        await publish(connection)
      } catch {
        // The stream went with a NATS that keeps nothing.
        await ensureStream(connection)
        await publish(connection)
      }
    },
    async [Symbol.asyncDispose]() {
      closing.abort()
      clearInterval(polling)
      hearers.clear()
      await running
    },
  }
}

/** Only the newest ring of a workspace is kept, and not for long: the log is what counts. */
async function ensureStream(connection: NatsConnection): Promise<void> {
  const { streams } = await jetstreamManager(connection)
  await streams.add({
    name: STREAM,
    subjects: [`${SUBJECT}.*`],
    storage: StorageType.Memory,
    discard: DiscardPolicy.Old,
    max_msgs_per_subject: 1,
    max_age: KEPT_NANOSECONDS,
    duplicate_window: KEPT_NANOSECONDS,
  })
}

function toOptions(text: string): ConnectionOptions {
  const url = new URL(text)
  const [user, pass] = [url.username, url.password].map(decodeURIComponent)
  const login = pass ? { user, pass } : user ? { token: user } : {}
  return {
    servers: url.host,
    name: 'switchboard',
    timeout: TIMEOUT_MS,
    maxReconnectAttempts: -1,
    reconnectTimeWait: RECONNECT_MS,
    ...login,
    ...(url.protocol === 'tls:' && { tls: {} }),
  }
}

function pause(delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, delayMs)
    const end = (): void => {
      clearTimeout(timer)
      resolve()
    }
    signal.addEventListener('abort', end, { once: true })
  })
}
