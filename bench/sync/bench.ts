import type { AccountClient } from '../../kit/account-client.ts'
import { openBreaker } from '../../kit/breaker.ts'
import { openBudget } from '../../kit/budget.ts'
import { openClient } from '../../kit/client.ts'
import type { Connector, ReadContext, Stream } from '../../kit/contract.ts'
import type { Json } from '../../store/kinds.ts'
import { connectors } from '../../subgraphs/registry.ts'
import { createEventClock, type EventClock } from './clock.ts'
import { freshdesk } from './freshdesk.ts'
import { intercom } from './intercom.ts'
import { type Line, openLine } from './line.ts'
import type { ThrottledProvider, Try } from './throttled.ts'
import { zendesk } from './zendesk.ts'

const throttled: readonly ThrottledProvider[] = [intercom, zendesk, freshdesk]

/** Somewhere in a minute, as a backfill begins. */
const START = new Date('2026-11-02T13:00:23Z')
const LATENCY_MS = 40
/** How many windows count, after one in which the limit is found out. */
const WINDOWS = 6

/** Tries every limit of every provider that is registered, and prints how much of it a backfill uses. */
export async function benchSync(): Promise<void> {
  console.log('| provider | limit | allowed/min | used/min | ratio | 429s |')
  console.log('| --- | --- | ---: | ---: | ---: | ---: |')
  for (const provider of throttled) {
    const connector = connectors.find((each) => each.provider === provider.provider)
    if (connector === undefined) continue
    for (const one of provider.tries) console.log(await measure(connector, provider, one))
  }
}

async function measure(connector: Connector, provider: ThrottledProvider, one: Try): Promise<string> {
  const clock = createEventClock(START)
  await using twin = await provider.start(clock)
  await using line = openLine(clock, LATENCY_MS)
  const stream = connector.streams.find(({ name }) => name === one.stream)
  if (stream === undefined) throw new Error(`${provider.provider} has no stream ${one.stream}`)
  const client = openClient({
    connector,
    accountId: null,
    settings: twin.settings,
    credential: () => Promise.resolve(twin.credential),
    budget: openBudget({ provider: connector.provider, api: connector.api, clock }),
    breaker: openBreaker(clock),
    lane: 'backfill',
    dispatcher: line.dispatcher,
    clock,
    random: () => 0.5,
    log: () => {},
    signal: new AbortController().signal,
  })
  // The twins' windows begin at whole multiples of their length.
  const from = Math.ceil(START.getTime() / one.windowMs + 1) * one.windowMs
  const until = from + WINDOWS * one.windowMs
  await clock.run(readOver(stream, client, { clock, until }))
  return row(provider.provider, one, { line, from, until })
}

/** Reads a stream from its beginning to its end, over and over, as of an account with enough in it. */
async function readOver(
  stream: Stream,
  client: AccountClient,
  { clock, until }: { readonly clock: EventClock; readonly until: number },
): Promise<void> {
  const isOver = (): boolean => clock.now().getTime() >= until
  while (!isOver()) {
    let cursor: Json | null = null
    for (let done = false; !done && !isOver();) {
      const page = await stream.read(client, cursor, contextOf(clock))
      cursor = page.cursor
      done = page.done
    }
  }
}

/** Nothing is stored, so that everything is new. */
const contextOf = (clock: EventClock): ReadContext => ({
  now: clock.now(),
  signal: new AbortController().signal,
  versions: async () => new Map(),
  stored: async () => [],
  lastAsked: async () => new Map(),
})

function row(provider: string, one: Try, { line, from, until }: { line: Line; from: number; until: number }): string {
  const counted = line.sent.filter(({ at }) => at.getTime() >= from && at.getTime() < until)
  const used = counted.reduce((sum, request) => sum + (request.status === 429 ? 0 : one.takes(request)), 0)
  const refused = line.sent.filter(({ status }) => status === 429).length
  const perMinute = 60_000 / one.windowMs
  const rates = [(one.allowed * perMinute).toFixed(0), ((used * perMinute) / WINDOWS).toFixed(1)]
  const ratio = (used / (one.allowed * WINDOWS)).toFixed(3)
  return `| ${[provider, one.limit, ...rates, ratio, refused].join(' | ')} |`
}
