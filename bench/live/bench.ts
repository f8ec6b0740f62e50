import type { ChildProcess } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { createRooms, type Rooms } from '../../test/gateway/fan-out/rooms.ts'
import { serveUngrouped } from '../../test/gateway/fan-out/ungrouped.ts'
import { serve } from '../../test/gateway/served.ts'
import { median } from '../gateway/table.ts'
import { askChild, startChild } from './ask-child.ts'
import type { Done, Order } from './messages.ts'

/** How a thousand subscribers are spread over sockets. */
const CROWDS = [
  { sockets: 1_000, operationsEach: 1 },
  { sockets: 100, operationsEach: 10 },
]
const ROUNDS = 5
/** Events said at once, and how many such bursts a round has. */
const BURST = 5
const BURSTS = 3
const TEXT = 'What somebody has to say is seldom long, but it is not one word either. '.repeat(5)

/** One way from the event to the subscribers. */
interface Way {
  readonly name: string
  readonly url: string
  readonly room: Rooms
  readonly perSecond: number[]
  readonly cpuUs: number[]
}

/**
 * Measures the delivery of events to a thousand subscribers who ask the same: grouped, and each served by itself as
 * graphql-ws does. The rounds of both interleave; what they send is checked to be equal. The subscribers live in a
 * process of their own, so that the CPU time is the gateway's alone.
 */
export async function benchLive(): Promise<void> {
  console.log(`### live fan-out to 1,000 subscribers\n`)
  console.log(`Node ${process.versions.node}, ${availableParallelism()} cores, ${ROUNDS} rounds, medians\n`)
  console.log('| subscribers | way | deliveries/s | ratio | gateway CPU µs/delivery | of it |')
  console.log('| --- | --- | ---: | ---: | ---: | ---: |')
  for (const crowd of CROWDS) await measure(crowd)
}

async function measure(crowd: { readonly sockets: number; readonly operationsEach: number }): Promise<void> {
  const rooms = [createRooms(), createRooms()] as const
  await using alone = await serve([rooms[0].talk, rooms[0].people])
  await using ungrouped = await serveUngrouped(alone.role.graph.get().executor)
  await using grouped = await serve([rooms[1].talk, rooms[1].people])
  const ways: readonly Way[] = [
    { name: 'each by itself', url: ungrouped.socketUrl, room: rooms[0], perSecond: [], cpuUs: [] },
    { name: 'grouped', url: grouped.socketUrl, room: rooms[1], perSecond: [], cpuUs: [] },
  ]
  await using opened = new AsyncDisposableStack()
  const child = startChild('subscribers.js', opened)
  const subscribers = { child, size: crowd.sockets * crowd.operationsEach }
  for (const { name: path, url } of ways) await order(child, { kind: 'subscribe', path, url, ...crowd })
  for (const way of ways) await deliver(way, subscribers)
  for (let round = 0; round < ROUNDS; round++) {
    const digests = new Set<string>()
    for (const way of ways) digests.add(await playRound(way, subscribers))
    if (digests.size > 1) throw new Error('expected both ways to send the same')
  }
  await order(child, { kind: 'end' })
  print(`${crowd.sockets} sockets × ${crowd.operationsEach}`, ways)
}

interface Subscribers {
  readonly child: ChildProcess
  readonly size: number
}

/** Plays one round and answers the digest of what was sent so far. */
async function playRound(way: Way, subscribers: Subscribers): Promise<string> {
  const cpu = process.cpuUsage()
  const start = performance.now()
  let digest = ''
  for (let burst = 0; burst < BURSTS; burst++) digest = await deliver(way, subscribers)
  const seconds = (performance.now() - start) / 1_000
  const { user, system } = process.cpuUsage(cpu)
  const deliveries = BURSTS * BURST * subscribers.size
  way.perSecond.push(deliveries / seconds)
  way.cpuUs.push((user + system) / deliveries)
  return digest
}

async function deliver({ name: path, room }: Way, { child }: Subscribers): Promise<string> {
  for (let index = 0; index < BURST; index++) room.say('a', TEXT)
  return (await order(child, { kind: 'await', path, events: BURST })).digest
}

const order = (child: ChildProcess, what: Order): Promise<Done> => askChild<Done>(child, what)

function print(crowd: string, ways: readonly Way[]): void {
  const [base] = ways
  if (base === undefined) return
  for (const { name, perSecond, cpuUs } of ways) {
    const rate = median(perSecond)
    const cpu = median(cpuUs)
    const ratio = `${(rate / median(base.perSecond)).toFixed(1)}×`
    const share = `${((100 * cpu) / median(base.cpuUs)).toFixed(0)} %`
    console.log(`| ${[crowd, name, rate.toFixed(0), ratio, cpu.toFixed(1), share].join(' | ')} |`)
  }
}
