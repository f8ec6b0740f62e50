import type { GraphQLResolveInfo } from 'graphql'
import {
  Arg,
  Args,
  type ClassType,
  Ctx,
  Directive,
  FieldResolver,
  Float,
  Info,
  Int,
  Query,
  Resolver,
  Root,
} from 'type-graphql'
import { GraphQLDateTimeISO } from 'graphql-scalars'
import { type Metric as MetricEntry, METRICS, metricOf, type MetricName } from '../../store/metrics/dictionary.ts'
import type { BucketValue, GroupValue, Stat as CountedStat, Value } from '../../store/metrics/stat.ts'
import type { SubgraphContext } from '../context.ts'
import { badUserInput } from '../errors.ts'
import { namesBelow } from './selected.ts'
import { statsChangedResolvers } from './stats-changed.ts'
import { StatsArgs } from './stats-args.ts'
import { openStats, toStatsAsk } from './stats-ask.ts'
import { Metric, toMetric } from './stats-enums.ts'
import {
  bucketsListed,
  groupsListed,
  MAX_CELLS,
  MAX_GROUPS,
  MetricDefinition,
  Stat,
  StatBucket,
  StatGroup,
  statsListed,
  StatValue,
} from './stats-types.ts'
import { valueResolvers } from './stats-values.ts'

type Definition = MetricEntry & { readonly metric: MetricName }
const definitionOf = (metric: MetricName): Definition => ({ ...metricOf(metric), metric })

/** Numbers over all tools. */
@Resolver(() => Stat)
class StatResolver {
  @Directive(statsListed)
  @Query(() => [Stat], {
    nullable: 'items',
    description:
      'Numbers over all tools, one for each metric in the order of `metrics`; one that cannot be counted is null. A provider’s own numbers are under its name.',
  })
  stats(
    @Args(() => StatsArgs) args: StatsArgs,
    @Ctx() { services, viewer }: SubgraphContext,
  ): Promise<readonly CountedStat[]> {
    const now = services.now()
    return openStats(services.store.database, viewer.workspaceId, toStatsAsk(args, now), now)
  }

  @Query(() => [MetricDefinition], { description: 'What can be counted, and what each counts.' })
  metrics(): readonly Definition[] {
    return Object.keys(METRICS).map((name) => definitionOf(toMetric(name)))
  }

  @FieldResolver(() => Metric)
  metric(@Root() { options }: CountedStat): MetricName {
    return options.metric
  }

  @FieldResolver(() => MetricDefinition, { description: 'What it counts.' })
  definition(@Root() { options }: CountedStat): Definition {
    return definitionOf(options.metric)
  }

  @FieldResolver(() => GraphQLDateTimeISO)
  from(@Root() { options }: CountedStat): Date {
    return options.range.from
  }

  @FieldResolver(() => GraphQLDateTimeISO, {
    description: 'The end of what is counted: now, where `to` is still to come.',
  })
  to(@Root() { options }: CountedStat): Date {
    return options.range.to
  }

  @FieldResolver(() => StatValue, { description: 'Over the whole range.' })
  total(@Root() stat: CountedStat): Promise<Value> {
    return stat.total()
  }

  @FieldResolver(() => StatValue, {
    description: 'Over the period of the same length just before; of as many days where the range is of whole days.',
  })
  previous(@Root() stat: CountedStat): Promise<Value> {
    return stat.previous()
  }

  @FieldResolver(() => Float, {
    nullable: true,
    description:
      'By how much `total.value` is more than `previous.value`, as a part of that: 0.5 is half as much again. Null where there is nothing to compare with.',
  })
  async growth(@Root() stat: CountedStat): Promise<number | null> {
    const [total, previous] = await Promise.all([stat.total(), stat.previous()])
    if (total.headline === null || previous.headline === null || previous.headline === 0) return null
    return (total.headline - previous.headline) / previous.headline
  }

  @Directive(bucketsListed)
  @FieldResolver(() => [StatBucket], {
    description: 'In order, also those in which there was nothing; none unless `bucket` is given.',
  })
  buckets(@Root() stat: CountedStat): Promise<readonly BucketValue[]> {
    return stat.buckets()
  }

  @Directive(groupsListed)
  @FieldResolver(() => [StatGroup], {
    description: 'The greatest count first, but ages in their order; none unless `groupBy` is given.',
  })
  async groups(
    @Root() stat: CountedStat,
    @Arg('first', () => Int, {
      defaultValue: MAX_GROUPS,
      description: `How many: 1 to ${MAX_GROUPS}. \`groupCount\` says how many there are.`,
    })
    first: number,
    @Info() info: GraphQLResolveInfo,
  ): Promise<readonly GroupValue[]> {
    if (first < 1 || first > MAX_GROUPS) throw badUserInput(`first: expected 1 to ${MAX_GROUPS}, but got ${first}`)
    const cells = namesBelow(info).has('buckets')
    const each = stat.options.buckets.length
    if (cells && first * each > MAX_CELLS) {
      const most = Math.floor(MAX_CELLS / each)
      throw badUserInput(`first: expected at most ${most} groups of ${each} buckets, but got ${first}`)
    }
    return (await stat.groups(first, { cells })).list
  }

  @FieldResolver(() => Int, { description: 'How many groups there are.' })
  async groupCount(@Root() stat: CountedStat): Promise<number> {
    return (await stat.groups(1, { cells: false })).total
  }
}

/** The resolvers of the unified numbers. */
export const statsResolvers: readonly ClassType[] = [StatResolver, ...valueResolvers, ...statsChangedResolvers]
