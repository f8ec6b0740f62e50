import { randomUUID } from 'node:crypto'
import type { Clock } from '../clock.ts'
import type { CurrentGraph } from '../current-graph.ts'
import type { ReportError } from '../errors.ts'
import type { Graph } from '../graph.ts'
import { Course } from './course.ts'
import { createSharingFinder, type FindSharing, type Subscribing } from './group-key.ts'
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
}

/**
 * Makes a hub.
 *
 * A group can be joined as long as a joiner misses nothing: one that replays the past until its first event is given
 * out (so everybody in it hears the whole replay), any other until it is over. Whoever comes later to a replay starts
 * a group of its own.
 */
export function createHub({ graph, clock, report }: HubOptions): Hub {
  let findSharing: FindSharing = createSharingFinder(graph.get().executor.schema)
  const joinable = new Map<string, Kept>()
  const groups = new Set<Kept>()
  const seal = (kept: Kept) => {
    if (kept.key !== null && joinable.get(kept.key) === kept) joinable.delete(kept.key)
    kept.key = null
  }
  const offer = (kept: Kept, key: string) => {
    kept.key = key
    if (!joinable.has(key)) joinable.set(key, kept)
  }

  const open = (subscribing: Subscribing, replays: boolean, on: Graph): Kept => {
    const requestId = randomUUID()
    const group = new Group({
      course: new Course(subscribing, on, requestId),
      clock,
      audience: { requestId, report },
      onStuck: (failure) => report(failure, requestId),
      onFirstEvent: () => replays && seal(kept),
      onOver: () => {
        seal(kept)
        groups.delete(kept)
      },
    })
    const kept: Kept = { group, subscribing, key: null }
    groups.add(kept)
    return kept
  }

  const move = (kept: Kept, next: Graph) => {
    const isJoinable = kept.key !== null
    seal(kept)
    if (!kept.group.move(next) || !isJoinable) return
    // Defaults count like values that are given, and the schema says which they are.
    const key = findSharing(kept.subscribing)?.key ?? null
    if (key !== null) offer(kept, key)
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
      const kept = known ?? open(subscribing, sharing?.replays ?? false, admittedBy)
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
