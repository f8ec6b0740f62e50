import { randomUUID } from 'node:crypto'
import type { ReportError } from '../errors.ts'
import type { CurrentGraph } from '../current-graph.ts'
import { createSharingFinder, type Subscribing } from './group-key.ts'
import { Group } from './group.ts'
import type { Listener } from './listener.ts'

/** Where all subscriptions of all transports meet. */
export interface Hub {
  /**
   * Subscribes a listener: alone, or with others who hear the same. The operation must be an admitted subscription.
   *
   * Never throws: what is wrong comes as an answer. A late joiner hears what is given out after it joined.
   *
   * @returns leaves, at once; idempotent
   */
  join(subscribing: Subscribing, listener: Listener): () => void
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
  readonly graph: CurrentGraph
  readonly report: ReportError
}

/**
 * Makes a hub.
 *
 * A group can be joined as long as a joiner misses nothing: one that replays the past until its first event is given
 * out (so everybody in it hears the whole replay), any other until it is over. Whoever comes later to a replay starts
 * a group of its own.
 */
export function createHub({ graph, report }: HubOptions): Hub {
  const findSharing = createSharingFinder(graph.get().executor.schema)
  const joinable = new Map<string, Group>()
  const groups = new Set<Group>()

  const open = (subscribing: Subscribing, key: string | null, replays: boolean): Group => {
    const requestId = randomUUID()
    const seal = () => {
      if (key !== null && joinable.get(key) === group) joinable.delete(key)
    }
    const group: Group = new Group({
      start: (signal) => graph.get().executor.subscribe({ ...subscribing, requestId, signal }),
      audience: { requestId, report },
      onFirstEvent: replays ? seal : () => {},
      onOver: () => {
        seal()
        groups.delete(group)
      },
    })
    groups.add(group)
    if (key !== null) joinable.set(key, group)
    return group
  }

  return {
    join: (subscribing, listener) => {
      const sharing = findSharing(subscribing)
      const key = sharing?.key ?? null
      const known = key === null ? undefined : joinable.get(key)
      const group = known ?? open(subscribing, key, sharing?.replays ?? false)
      group.join(listener)
      return () => group.leave(listener)
    },
    counts: () => {
      let listeners = 0
      for (const group of groups) listeners += group.size
      return { groups: groups.size, listeners }
    },
  }
}
