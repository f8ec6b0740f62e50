import type { GraphQLResolveInfo } from 'graphql'
import { Args, type ClassType, Resolver, Root, Subscription } from 'type-graphql'
import type { EventLog } from '../../store/events.ts'
import type { BucketValue, Stat as CountedStat } from '../../store/metrics/stat.ts'
import type { SubgraphContext } from '../context.ts'
import { namesBelow } from './selected.ts'
import { StatsArgs } from './stats-args.ts'
import { openStats, type StatsAsk, toStatsAsk } from './stats-ask.ts'
import { MAX_CELLS, MAX_GROUPS, StatsChange } from './stats-types.ts'
import { type Reading, Watch } from './watch.ts'

/** Numbers as they were counted at a moment. */
interface Counted {
  readonly at: Date
  readonly stats: readonly CountedStat[]
}

/** What changes numbers: threads and what is in them, and integrations, whose mirror may go. */
const KINDS = ['conversation', 'ticket', 'message', 'rating', 'integration'] as const
/** Numbers of a range that is not over change with time alone. */
const TICK_MS = 60_000

/** What is watched in this process, by what is asked; those who ask the same share it. */
const watches = new WeakMap<EventLog, Map<string, Watch<Counted>>>()

/** Which parts are compared, to tell whether numbers have changed. */
type Parts = ReadonlySet<string>

interface Asked {
  readonly args: StatsArgs
  readonly context: SubgraphContext
  readonly info: GraphQLResolveInfo
}

async function watchStats({ args, context, info }: Asked): Promise<AsyncIterableIterator<Counted>> {
  const { services, viewer } = context
  const ask = toStatsAsk(args, services.now())
  const parts = namesBelow(info)
  const compared = ['previous', 'growth', 'buckets', 'groups'].filter((name) => parts.has(name))
  const { store } = services
  const { workspaceId } = viewer
  // Whether it can be asked at all is told before anything is followed.
  await openStats(store.database, workspaceId, ask, services.now())
  const own = watches.get(store.events) ?? new Map<string, Watch<Counted>>()
  watches.set(store.events, own)
  const key = JSON.stringify([workspaceId, args, compared])
  const known = own.get(key)
  if (known !== undefined) return known.watch()
  const made = new Watch<Counted>({
    follow: (signal) => store.events.follow({ workspaceId, kinds: KINDS, signal }),
    read: () => readStats(context, ask, new Set(compared)),
    tickMs: ask.to === null || ask.to > services.now() ? TICK_MS : null,
    onOver: () => void (own.get(key) === made && own.delete(key)),
  })
  own.set(key, made)
  return made.watch()
}

async function readStats(
  { services, viewer }: SubgraphContext,
  ask: StatsAsk,
  parts: Parts,
): Promise<Reading<Counted>> {
  const at = services.now()
  const stats = await openStats(services.store.database, viewer.workspaceId, ask, at)
  const figures = await Promise.all(stats.map((stat) => figuresOf(stat, parts)))
  return { value: { at, stats }, text: JSON.stringify(figures) }
}

/** The figures of the parts that are compared; resolvers then find them counted. */
async function figuresOf(stat: CountedStat, parts: Parts): Promise<unknown> {
  const isCompared = (name: string): boolean => parts.has(name)
  const cells = isCompared('buckets') && stat.options.buckets.length * MAX_GROUPS <= MAX_CELLS
  const [total, previous, buckets, groups] = await Promise.all([
    stat.total(),
    isCompared('previous') || isCompared('growth') ? stat.previous() : null,
    isCompared('buckets') ? stat.buckets() : [],
    isCompared('groups') ? stat.groups(MAX_GROUPS, { cells }) : null,
  ])
  const told = ({ from, value }: BucketValue): unknown => [from, value.figures]
  return [
    total.figures,
    previous?.figures,
    buckets.map(told),
    groups?.list.map(({ key, value, buckets: own }) => [key, value.figures, own.map(told)]),
    groups?.total,
  ]
}

@Resolver()
class StatsChangedResolver {
  @Subscription(() => StatsChange, {
    subscribe: watchStats,
    description:
      'The numbers of `stats`: as they are at once, and again whenever they are others, once a second at most. They are counted anew each time, so that there is no history to go on from.',
  })
  statsChanged(@Root() counted: Counted, @Args(() => StatsArgs) _args: StatsArgs): Counted {
    return counted
  }
}

/** The resolvers of numbers that are pushed. */
export const statsChangedResolvers: readonly ClassType[] = [StatsChangedResolver]
