import { Agent } from 'undici'
import { expect } from 'vitest'
import { openBreaker } from '../../kit/breaker.ts'
import { openBudget } from '../../kit/budget.ts'
import { openClient } from '../../kit/client.ts'
import type { AccountClient } from '../../kit/account-client.ts'
import type { Connector, ReadContext, Stream, StreamPage } from '../../kit/contract.ts'
import type { Credential, Settings } from '../../store/account.ts'
import type { TokenEndpointAccess } from '../../kit/oauth.ts'
import type { Json, Kind } from '../../store/kinds.ts'
import { createSkippingClock } from '../kit/clocks.ts'
import type { Driver, SeenRequest, TwinKind, World } from './driver.ts'
import { createMirror, type Mirror } from './mirror.ts'
import { type Rewrite, rewriting } from './rewriting.ts'

/** A connector before its provider's twin: the real client on a real socket, and time that passes when it is waited for. */
export interface Stage extends AsyncDisposable {
  readonly connector: Connector
  readonly world: World
  readonly access: TokenEndpointAccess
  /** A new client, as after a restart; with the world's credential and settings unless others are given. */
  client(credential?: Credential, settings?: Settings): AccountClient
  /** Has every answer from now on changed on its way to the connector; null leaves them as they are. */
  rewrite(how: Rewrite | null): void
  /** Lets time pass. */
  pass(milliseconds: number): Promise<void>
  context(mirror: Mirror): ReadContext
  /** Reads from a cursor until the stream says that it is done, into the mirror. */
  readToEnd(stream: Stream, from: Json | null, mirror: Mirror): Promise<ReadPage[]>
}

export interface ReadPage extends StreamPage {
  /** The cursor that it was read from. */
  readonly from: Json | null
  /** What was held before it was read. */
  readonly before: Mirror
}

/** No run of the small worlds of these tests takes as many pages: a stream that does never ends. */
const MAX_PAGES = 500

/** Starts the twin and opens the way to it. */
export async function openStage(connector: Connector, driver: Driver, kind: TwinKind): Promise<Stage> {
  const clock = createSkippingClock()
  // The middle of a day: at its edge, a search by whole days looks finer than it is.
  await clock.wait(13 * 3600 * 1000)
  const world = await driver.start(clock, kind)
  let rewrite: Rewrite | null = null
  const agent = new Agent()
  const dispatcher = agent.compose(rewriting(() => rewrite))
  const { signal } = new AbortController()

  const client = (credential = world.credential, settings = world.settings): AccountClient =>
    openClient({
      connector,
      accountId: world.account.id,
      settings,
      credential: () => Promise.resolve(credential),
      budget: openBudget({ provider: connector.provider, api: connector.api, clock }),
      breaker: openBreaker(clock),
      // The lane in which syncs read: it has the patience to outlast a window of a minute.
      lane: 'backfill',
      dispatcher,
      clock,
      random: () => 0.5,
      log: () => {},
      signal,
    })

  const context = (mirror: Mirror): ReadContext => ({
    now: clock.now(),
    signal,
    versions: (kind, remoteIds) => mirror.versions(kind, remoteIds),
    stored: (kind) => mirror.stored(kind),
    lastAsked: (remoteIds) => mirror.lastAsked(remoteIds),
  })

  return {
    connector,
    world,
    access: { dispatcher, clock, signal },
    client,
    context,
    rewrite(how) {
      rewrite = how
    },
    pass: (milliseconds) => clock.wait(milliseconds),
    async readToEnd(stream, from, mirror) {
      const pages: ReadPage[] = []
      const reader = client()
      for (let cursor = from; ;) {
        const before = mirror.copy()
        const page = await stream.read(reader, cursor, context(mirror))
        pages.push({ ...page, from: cursor, before })
        mirror.apply(page.changes)
        mirror.quarantine(page.failed, clock.now())
        cursor = asStored(page.cursor)
        if (page.done) return pages
        expect(pages.length, `pages of ${stream.name}`).toBeLessThan(MAX_PAGES)
      }
    },
    async [Symbol.asyncDispose]() {
      await agent.close()
      await world[Symbol.asyncDispose]()
    },
  }
}

/** The stream of a kind of record; the first, where several share it. */
export function streamOf({ connector }: Stage, kind: Kind): Stream {
  const stream = connector.streams.find((each) => each.kind === kind)
  if (stream === undefined) throw new Error(`${connector.provider} has no stream of kind ${kind}`)
  return stream
}

/** Requests since the last `forgetRequests` that may have changed something at the provider. */
export async function writes({ world }: Stage): Promise<readonly SeenRequest[]> {
  return (await world.requests()).filter(({ method }) => method !== 'GET')
}

/** A cursor as it comes back from the database. */
function asStored(cursor: Json): Json {
  const stored: Json = JSON.parse(JSON.stringify(cursor))
  return stored
}

/** A mirror with nothing in it yet. */
export const emptyMirror = (): Mirror => createMirror()
