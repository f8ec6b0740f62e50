import { randomUUID } from 'node:crypto'
import type { Clock } from '../clock.ts'
import type { CurrentGraph } from '../current-graph.ts'
import type { ReportError } from '../errors.ts'
import type { Graph } from '../graph.ts'
import { Course } from './course.ts'
import { createSharingFinder, type FindSharing, type Sharing, type Subscribing } from './group-key.ts'
import { Group } from './group.ts'
import type { Listener } from './listener.ts'

/** Where all subscriptions of all transports meet. */
export interface Hub {
  /**
   * Subscribes a listener: alone, or with others who hear the same. The operation must be an admitted subscription.
   *
   * Never throws: what is wrong comes as an answer. A late joiner hears what is given out after it joined.
   *
   * @param admittedBy the graph that let the operation in
   * @returns leaves, at once; idempotent
   */
  join(subscribing: Subscribing, listener: Listener, admittedBy: Graph): () => void
  /** How much goes on. */
  counts(): HubCounts
}

/** Groups, each with one subscription at its subgraph, and those who listen to them. */
export interface HubCounts {
  readonly groups: number
  readonly listeners: number
}

/** What a hub is made of. */
export interface HubOptions {
  /** What is heard; when it is replaced, all groups move to the graph that follows. */
  readonly graph: CurrentGraph
  readonly clock: Clock
  readonly report: ReportError
}

/** A group, and under which name it may be joined. */
interface Kept {
  readonly group: Group
  readonly subscribing: Subscribing
  key: string | null
  /** What it hears, wherever it began; null for what never meets another. */
  course: string | null
  /** What it hears and the last event that it has given out, by which another meets it; null while that is not known. */
  place: string | null
  /** It began after a cursor: one that began from now on leaves out what had committed by then, wherever that stands. */
  readonly isExact: boolean
  hasGiven: boolean
}

/**
 * Makes a hub.
 *
 * A group can be joined as long as a joiner misses nothing: one that replays the past until its first event is given
 * out (so everybody in it hears the whole replay), any other until it is over. Whoever comes later to a replay starts
 * a group of its own.
 *
 * Groups that hear the same become one where they meet: when one gives out the event that another gave out last. Whoever
 * comes back after one of the last events is given those that came since, and joins them. However many go on from wherever, they cost one execution once they have caught up.
 */
export function createHub({ graph, clock, report }: HubOptions): Hub {
  let findSharing: FindSharing = createSharingFinder(graph.get().executor.schema)
  const joinable = new Map<string, Kept>()
  const groups = new Set<Kept>()
  const places = new Map<string, Kept>()
  /** Of each course, one who knows what was given out last. */
  const leaders = new Map<string, Kept>()
  const placeOf = (course: string | null, cursor: string | null) =>
    course === null || cursor === null ? null : `${cursor} ${course}`
  const lift = (kept: Kept) => {
    if (kept.place !== null && places.get(kept.place) === kept) places.delete(kept.place)
    kept.place = null
    if (kept.course !== null && leaders.get(kept.course) === kept) leaders.delete(kept.course)
  }
  const seal = (kept: Kept) => {
    if (kept.key !== null && joinable.get(kept.key) === kept) joinable.delete(kept.key)
    kept.key = null
  }
  const offer = (kept: Kept, key: string) => {
    kept.key = key
    if (!joinable.has(key)) joinable.set(key, kept)
  }
  const merge = (kept: Kept, into: Kept) => {
    const { key } = kept
    seal(kept)
    if (key !== null && into.key === null) offer(into, key)
    kept.group.mergeInto(into.group)
  }
  const stand = (kept: Kept, cursor: string | null) => {
    lift(kept)
    kept.hasGiven = true
    const place = placeOf(kept.course, cursor)
    if (place === null) return
    const met = places.get(place)
    if (met?.isExact === true) return merge(kept, met)
    kept.place = place
    places.set(place, kept)
    if (!kept.isExact || kept.course === null) return
    leaders.set(kept.course, kept)
    if (met !== undefined) merge(met, kept)
  }

  const open = (subscribing: Subscribing, sharing: Sharing | null, on: Graph): Kept => {
    const requestId = randomUUID()
    const group = new Group({
      course: new Course(subscribing, on, requestId),
      after: sharing?.after ?? null,
      clock,
      audience: { requestId, report },
      onStuck: (failure) => report(failure, requestId),
      onFirstEvent: () => sharing?.replays === true && seal(kept),
      onGiven: (cursor) => stand(kept, cursor),
      onOver: () => {
        seal(kept)
        lift(kept)
        groups.delete(kept)
      },
    })
    const course = sharing?.course ?? null
    const isExact = sharing !== null && sharing.after !== null
    const kept: Kept = { group, subscribing, key: null, course, place: null, isExact, hasGiven: false }
    groups.add(kept)
    return kept
  }

  const move = (kept: Kept, next: Graph) => {
    // Not under the cursor that it began after, once it has given out what came then.
    const isJoinable = kept.key !== null && !(kept.isExact && kept.hasGiven)
    seal(kept)
    lift(kept)
    kept.course = null
    if (!kept.group.move(next)) return
    // Defaults count like values that are given, and the schema says which they are.
    const sharing = findSharing(kept.subscribing)
    kept.course = sharing?.course ?? null
    if (isJoinable && sharing !== null) offer(kept, sharing.key)
  }
  graph.watch((next) => {
    findSharing = createSharingFinder(next.executor.schema)
    for (const kept of groups) move(kept, next)
  })

  return {
    join: (subscribing, listener, admittedBy) => {
      const current = graph.get()
      const sharing = findSharing(subscribing)
      const key = sharing?.key ?? null
      const known = key === null ? undefined : joinable.get(key)
      const leader = leaders.get(sharing?.course ?? '')
      const after = sharing?.after ?? null
      if (known === undefined && leader !== undefined && after !== null && leader.group.rejoin(listener, after)) {
        return () => leader.group.leave(listener)
      }
      const kept = known ?? open(subscribing, sharing, admittedBy)
      if (known === undefined && key !== null) offer(kept, key)
      kept.group.join(listener)
      // Replaced between the letting in and here: it begins like one that was there before.
      if (known === undefined && admittedBy !== current) move(kept, current)
      return () => kept.group.leave(listener)
    },
    counts: () => {
      let listeners = 0
      for (const { group } of groups) listeners += group.size
      return { groups: groups.size, listeners }
    },
  }
}
