import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { VIEWER } from '../graph.ts'
import type { RawClient } from './raw-client.ts'
import type { Rooms } from './rooms.ts'
import { setScene } from './scene.ts'

const ROOMS = ['a', 'b']
const TOKENS = ['Bearer good', 'Bearer good', 'Bearer other']
const SLOTS = 3

/** Something that happens: a subscriber comes or goes, or something is said. */
type Happening =
  | { readonly kind: 'join' | 'leave'; readonly client: number; readonly slot: number; readonly room: string }
  | { readonly kind: 'say'; readonly room: string; readonly count: number }

const room = fc.constantFrom(...ROOMS)
const someone = { client: fc.nat({ max: TOKENS.length - 1 }), slot: fc.nat({ max: SLOTS - 1 }), room }
const happenings: fc.Arbitrary<Happening[]> = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('join' as const), ...someone }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('leave' as const), ...someone }) },
    {
      weight: 4,
      arbitrary: fc.record({ kind: fc.constant('say' as const), room, count: fc.integer({ min: 1, max: 5 }) }),
    },
  ),
  { minLength: 5, maxLength: 40 },
)

/** One subscription, and what it is to hear. */
interface Subscriber {
  readonly client: RawClient
  readonly id: string
  readonly room: string
  readonly expected: number[]
}

/** Lets things happen and keeps a model of who is to hear what. */
async function play(list: readonly Happening[], clients: readonly RawClient[], rooms: Rooms): Promise<Subscriber[]> {
  const present = new Map<string, Subscriber>()
  const all: Subscriber[] = []
  const said = new Map(ROOMS.map((name) => [name, 0]))
  for (const [index, happening] of list.entries()) {
    if (happening.kind === 'say') {
      const hearing = [...present.values()].filter((each) => each.room === happening.room)
      const first = said.get(happening.room) ?? 0
      for (let seq = first; seq < first + happening.count; seq++) {
        rooms.say(happening.room, `text ${seq}`)
        for (const each of hearing) each.expected.push(seq)
      }
      said.set(happening.room, first + happening.count)
      for (const each of hearing) await each.client.received(each.id, each.expected.length)
      continue
    }
    const client = clients[happening.client]
    const key = `${happening.client} ${happening.slot}`
    const known = present.get(key)
    if (client === undefined || (happening.kind === 'join') === (known !== undefined)) continue
    if (known === undefined) {
      const subscriber: Subscriber = { client, id: `${key} ${index}`, room: happening.room, expected: [] }
      client.follow(subscriber.id, { room: happening.room })
      present.set(key, subscriber)
      all.push(subscriber)
    } else {
      client.leave(known.id)
      present.delete(key)
    }
    await client.settled()
    const groups = new Set([...present].map(([name, each]) => `${TOKENS[Number(name[0])]} ${each.room}`))
    await rooms.listening(groups.size)
  }
  for (const each of present.values()) each.client.leave(each.id)
  return all
}

describe('whoever comes and goes', () => {
  it('hears exactly what was said between, in order', async () => {
    await fc.assert(
      fc.asyncProperty(happenings, async (list) => {
        await using scene = await setScene()
        scene.served.tokens.set('Bearer other', { ...VIEWER, tokenId: 't2' })
        const clients = await Promise.all(TOKENS.map((token) => scene.client(token)))
        const subscribers = await play(list, clients, scene.rooms)
        await scene.rooms.listening(0)
        for (const client of clients) await client.settled()
        const heard = subscribers.map(({ client, id }) => client.placesOf(id))
        expect(heard).toEqual(subscribers.map(({ expected }) => expected))
        expect(scene.served.role.hub.counts()).toEqual({ groups: 0, listeners: 0 })
      }),
      { numRuns: 40 },
    )
  })

  it('skips and repeats nothing when all of it happens at once, and hears all of a replay', async () => {
    await fc.assert(
      fc.asyncProperty(happenings, fc.array(fc.boolean(), { maxLength: 40 }), async (list, yields) => {
        await using scene = await setScene()
        scene.served.tokens.set('Bearer other', { ...VIEWER, tokenId: 't2' })
        const clients = await Promise.all(TOKENS.map((token) => scene.client(token)))
        const runs = await rush(list, yields, clients, scene.rooms)
        for (const { client, id, from, until } of runs) {
          if (from === 0 && until !== null) await client.received(id, until)
          const heard = client.placesOf(id)
          const first = from ?? heard[0] ?? 0
          // Who stays after a replay hears all there is; of the others only the beginning or the end is open.
          const count = from === 0 && until !== null ? until : heard.length
          expect(heard).toEqual(Array.from({ length: count }, (_, index) => first + index))
        }
      }),
      { numRuns: 40 },
    )
  })
})

/** A subscription that nobody waited for. */
interface Run {
  readonly client: RawClient
  readonly id: string
  /** Where its replay begins; null for one that hears from now on. */
  readonly from: number | null
  /** How much is said in all, for one that stays; null for one that leaves. */
  until: number | null
}

/** Lets things happen without waiting for any; every other subscription replays its room. */
async function rush(
  list: readonly Happening[],
  yields: readonly boolean[],
  clients: readonly RawClient[],
  rooms: Rooms,
): Promise<readonly Run[]> {
  const present = new Map<string, Run & { readonly room: string }>()
  const runs: Run[] = []
  const said = new Map(ROOMS.map((name) => [name, 0]))
  for (const [index, happening] of list.entries()) {
    if (yields[index] === true) await new Promise((resolve) => setImmediate(resolve))
    if (happening.kind === 'say') {
      for (let count = 0; count < happening.count; count++) rooms.say(happening.room, 'text')
      said.set(happening.room, (said.get(happening.room) ?? 0) + happening.count)
      continue
    }
    const client = clients[happening.client]
    const key = `${happening.client} ${happening.slot}`
    const known = present.get(key)
    if (client === undefined || (happening.kind === 'join') === (known !== undefined)) continue
    if (known !== undefined) {
      client.leave(known.id)
      known.until = null
      present.delete(key)
      continue
    }
    const from = index % 2 === 0 ? 0 : null
    const run = { client, id: `${key} ${index}`, room: happening.room, from, until: 0 }
    client.follow(run.id, from === null ? { room: run.room } : { room: run.room, after: from - 1 })
    present.set(key, run)
    runs.push(run)
  }
  for (const run of present.values()) run.until = said.get(run.room) ?? 0
  for (const client of clients) await client.settled()
  return runs
}
