import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openRawStream, type RawStream } from './fan-out/raw-stream.ts'
import { createRooms, type Rooms } from './fan-out/rooms.ts'
import { connectRaw, type RawClient } from './fan-out/raw-client.ts'
import { compose, inProcess, type TestSubgraph } from './graph.ts'
import { GOOD, serve, type Served } from './served.ts'

/** What the people's subgraph is, in one of several versions; where the name is gone, who asks for it must end. */
const VERSIONS = {
  same: 'name: String',
  more: 'name: String age: Int',
  nameless: 'age: Int',
} as const
type Version = keyof typeof VERSIONS

/** Something that happens while events flow. */
type Happening =
  | { readonly kind: 'say'; readonly count: number }
  | { readonly kind: 'reload'; readonly version: Version; readonly source: 'kept' | 'new' }

const happenings: fc.Arbitrary<Happening[]> = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('say' as const), count: fc.integer({ min: 1, max: 4 }) }) },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('reload' as const),
        version: fc.constantFrom<Version>('same', 'more', 'more', 'nameless'),
        source: fc.constantFrom<'kept' | 'new'>('kept', 'kept', 'new'),
      }),
    },
  ),
  { minLength: 4, maxLength: 20 },
)

const PLAIN = 'subscription { said(room: "a") { seq text } }'
const NAMED = 'subscription { said(room: "a") { seq author { name } } }'

function peopleOf(version: Version): TestSubgraph {
  return {
    name: 'people',
    typeDefs: `type Query { people: Int } type Person @key(fields: "id") { id: ID! ${VERSIONS[version]} }`,
    resolvers: {
      Person: { __resolveReference: ({ id }: { id: string }) => ({ id, name: `Person ${id}`, age: 7 }) },
    },
  }
}

/** A site, and who listens: each document over a socket and over a stream. */
interface Site {
  readonly rooms: Rooms
  readonly served: Served
  readonly client: RawClient
  readonly streams: readonly RawStream[]
}

async function play(
  list: readonly Happening[],
  { rooms, served }: Site,
): Promise<{ said: number; endedAt: number | null }> {
  let said = 0
  let endedAt: number | null = null
  for (const happening of list) {
    if (happening.kind === 'say') {
      for (let count = 0; count < happening.count; count++) rooms.say('a', `text ${said++}`)
      continue
    }
    const people = peopleOf(happening.version)
    const { transports } = served.role.graph.get()
    const talk = happening.source === 'new' ? inProcess(rooms.talk) : transports['talk']
    if (talk === undefined) throw new Error('expected a way to the rooms')
    await served.role.reload({
      supergraphSdl: compose([rooms.talk, people]),
      transports: { talk, people: inProcess(people) },
    })
    if (happening.version === 'nameless') endedAt ??= said
  }
  return { said, endedAt }
}

const placesIn = (text: string): number[] => [...text.matchAll(/"seq":(\d+)/g)].map(([, seq]) => Number(seq))

/** The places that were heard, each where it was heard first. */
const firsts = (places: readonly number[]): number[] => [...new Set(places)]

const upTo = (count: number): number[] => Array.from({ length: count }, (_, place) => place)

describe('whatever supergraphs are served one after the other', () => {
  it('every event is heard, in order, until a subscription no longer fits, and once where its source was kept', async () => {
    await fc.assert(
      fc.asyncProperty(happenings, async (list) => {
        const rooms = createRooms()
        await using served = await serve([rooms.talk, rooms.people])
        using client = await connectRaw(served.socketUrl)
        client.subscribe('plain', PLAIN)
        client.subscribe('named', NAMED)
        const origin = new URL(served.url).origin
        const streams = await Promise.all([PLAIN, NAMED].map((query) => openRawStream(origin, { query }, GOOD)))
        await client.settled()
        // Identical ones share a source, whatever brings them to their clients.
        await rooms.listening(2)
        const { said, endedAt } = await play(list, { rooms, served, client, streams })
        rooms.close('a')
        const [plainStream = '', namedStream = ''] = await Promise.all(streams.map(({ ended }) => ended))
        await client.received('plain', said + 1)
        const isDoubled = list.some((each) => each.kind === 'reload' && each.source === 'new')
        // Two sources may bring one event each; one source, never twice.
        const counted = (heard: readonly number[]) => (isDoubled ? firsts(heard) : heard)
        for (const heard of [client.placesOf('plain'), placesIn(plainStream)]) {
          expect(counted(heard)).toEqual(upTo(said))
        }
        for (const heard of [client.placesOf('named'), placesIn(namedStream)]) {
          const { length } = firsts(heard)
          expect(counted(heard)).toEqual(upTo(length))
          expect(length).toBeLessThanOrEqual(endedAt ?? said)
          expect(length).toBeGreaterThanOrEqual(endedAt === null ? said : 0)
        }
        expect(isDoubled || rooms.opened === 2).toBe(true)
        expect(namedStream.includes('SUBSCRIPTION_NO_LONGER_VALID')).toBe(endedAt !== null)
        await expect.poll(() => served.role.graph.retiring).toBe(0)
        expect(served.role.hub.counts()).toEqual({ groups: 0, listeners: 0 })
      }),
      { numRuns: 30 },
    )
  })
})
