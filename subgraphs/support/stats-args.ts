import { ArgsType, Field, ID, InputType } from 'type-graphql'
import { GraphQLDateTimeISO } from 'graphql-scalars'
import type { Grouping } from '../../store/metrics/ask.ts'
import type { BucketSize as BucketSizeValue } from '../../store/metrics/range.ts'
import { Channel } from '../interfaces/enums.ts'
import { Provider } from '../interfaces/provider.ts'
import { BucketSize, Hours, Metric, StatGrouping, ThreadKind } from './stats-enums.ts'

@InputType({ description: 'Which conversations and tickets the numbers are about, as they stand now.' })
export class StatsFilter {
  @Field(() => [Provider], { nullable: true, description: 'Only of these providers.' })
  readonly providers?: readonly string[] | null

  @Field(() => [ID], { nullable: true, description: 'Only of these accounts.' })
  readonly integrationIds?: readonly string[] | null

  @Field(() => [ThreadKind], { nullable: true })
  readonly threads?: readonly string[] | null

  @Field(() => [Channel], { nullable: true })
  readonly channels?: readonly string[] | null

  @Field(() => [ID], { nullable: true, description: 'Given to any of these teams.' })
  readonly teamIds?: readonly string[] | null

  @Field(() => [ID], {
    nullable: true,
    description: 'Answered by, rated for, or else given to any of these agents.',
  })
  readonly agentIds?: readonly string[] | null

  @Field(() => [ID], { nullable: true, description: 'With any of these tags.' })
  readonly tagIds?: readonly string[] | null

  @Field(() => [String], {
    nullable: true,
    description: 'With any of the tags of these names, whatever the case, in whichever account.',
  })
  readonly tag?: readonly string[] | null

  @Field(() => ID, { nullable: true, description: 'With this contact among theirs.' })
  readonly contactId?: string | null

  @Field(() => ID, { nullable: true })
  readonly companyId?: string | null
}

/** What numbers are asked for. */
@ArgsType()
export class StatsArgs {
  @Field(() => [Metric], { description: 'Each once; they are answered in this order.' })
  readonly metrics!: readonly string[]

  @Field(() => GraphQLDateTimeISO, { description: 'From this time on.' })
  readonly from!: Date

  @Field(() => GraphQLDateTimeISO, {
    nullable: true,
    description: 'Before this time; now when it is left out, and while it is still to come.',
  })
  readonly to!: Date | null | undefined

  @Field(() => String, { defaultValue: 'UTC', description: 'Whose clock buckets go by, such as `Europe/Berlin`.' })
  readonly timeZone!: string

  @Field(() => BucketSize, { nullable: true, description: 'Also tell the numbers of each hour, day, …' })
  readonly bucket!: BucketSizeValue | null | undefined

  @Field(() => StatGrouping, { nullable: true, description: 'Also tell the numbers of each team, agent, …' })
  readonly groupBy!: Grouping | null | undefined

  @Field(() => Hours, { defaultValue: Hours.CALENDAR, description: 'Which seconds count.' })
  readonly hours!: keyof typeof Hours

  @Field(() => StatsFilter, { nullable: true })
  readonly filter!: StatsFilter | null | undefined
}
