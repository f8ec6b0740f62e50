import { Directive, Field, Float, ObjectType } from 'type-graphql'
import { GraphQLDateTimeISO } from 'graphql-scalars'
import { METRICS, type MetricName } from '../../store/metrics/dictionary.ts'
import { connectionOf } from '../interfaces/page.ts'
import { FactType, Metric, MetricFigure, MetricRange, MetricUnit } from './stats-enums.ts'

/** What a stat costs besides what is asked of it: a metric is counted over all of its range. */
const STAT_WEIGHT = 200
/** Each metric can be asked for once. */
const MOST_STATS = Object.keys(METRICS).length
/** Buckets of a month; the schema cannot say how many there are. */
const USUAL_BUCKETS = 31
/** Most groups that are told. */
export const MAX_GROUPS = 100
/** Most buckets of all groups together. */
export const MAX_CELLS = 40_000

/** How many stats an operation is taken to hold. */
export const statsListed = `@listSize(assumedSize: ${MOST_STATS}, requireOneSlicingArgument: false)`
/** How many buckets an operation is taken to hold. */
export const bucketsListed = `@listSize(assumedSize: ${USUAL_BUCKETS}, requireOneSlicingArgument: false)`
/** How many groups an operation is taken to hold. */
export const groupsListed = `@listSize(slicingArguments: ["first"], requireOneSlicingArgument: false)`

@ObjectType({ simpleResolvers: true, description: 'What a metric counts.' })
export class MetricDefinition {
  @Field(() => Metric)
  readonly metric!: MetricName

  @Field(() => String, { description: 'As a person calls it.' })
  readonly title!: string

  @Field(() => String, { description: 'What it counts, in a sentence.' })
  readonly words!: string

  @Field(() => FactType, { description: 'Each row is one of these.' })
  readonly fact!: string

  @Field(() => MetricRange, { description: 'How facts have to lie to the range.' })
  readonly counted!: string

  @Field(() => MetricUnit, { description: 'What its values are; those that are only counted have none.' })
  readonly unit!: string

  @Field(() => MetricFigure, { description: 'Which figure is its `value`.' })
  readonly headline!: string
}

@ObjectType({ simpleResolvers: true, description: 'A fact that a number counted.' })
export class StatRow {
  @Field(() => GraphQLDateTimeISO, { nullable: true, description: 'When it happened; null while it lasts.' })
  readonly at!: Date | null

  @Field(() => GraphQLDateTimeISO, { nullable: true, description: 'Of a wait or a span: since when.' })
  readonly since!: Date | null

  @Field(() => Float, {
    nullable: true,
    description: 'What it was counted with, in the metric’s unit; null where it was only counted.',
  })
  readonly value!: number | null
}

/** Pages of rows. */
export const statRowPages = connectionOf('StatRow', () => StatRow)

@ObjectType({ description: 'A number, and the rows that it counts.' })
export class StatValue {}

@ObjectType({ simpleResolvers: true, description: 'A number of one bucket.' })
export class StatBucket {
  @Field(() => GraphQLDateTimeISO)
  readonly from!: Date

  @Field(() => GraphQLDateTimeISO, { description: 'Its end; of the bucket that is under way, it is still to come.' })
  readonly to!: Date

  @Field(() => StatValue)
  readonly value!: StatValue
}

@ObjectType({ simpleResolvers: true, description: 'A number of one team, agent, channel, …' })
export class StatGroup {
  @Field(() => StatValue)
  readonly value!: StatValue
}

@Directive(`@cost(weight: ${STAT_WEIGHT})`)
@ObjectType({ description: 'A metric over a range. Each part is counted only when asked for.' })
export class Stat {}

@ObjectType({ simpleResolvers: true, description: 'Numbers, as they were counted at a moment.' })
export class StatsChange {
  @Field(() => GraphQLDateTimeISO, { description: 'When they were counted.' })
  readonly at!: Date

  @Directive(statsListed)
  @Field(() => [Stat], { nullable: 'items', description: 'One for each metric, in the order of `metrics`.' })
  readonly stats!: readonly Stat[]
}
