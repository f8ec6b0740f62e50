import { Arg, Ctx, Field, FieldResolver, Mutation, ObjectType, Query, Resolver, Root } from 'type-graphql'
import { type Interval, readSchedule, saveSchedule, type Schedule } from '../../store/metrics/business-hours.ts'
import type { SubgraphContext } from '../context.ts'
import { requireRole } from '../errors.ts'
import { UserError } from '../interfaces/user-error.ts'
import { SetBusinessHoursInput, toSchedule, Weekday } from './business-hours-input.ts'

@ObjectType({ simpleResolvers: true })
class BusinessInterval {
  @Field(() => Weekday)
  readonly day!: number
}

@ObjectType({
  simpleResolvers: true,
  description: 'When the workspace does business: the weeks of a clock, less holidays.',
})
class BusinessHours {
  @Field(() => String, { description: 'Whose clock they go by.' })
  readonly timeZone!: string

  @Field(() => [BusinessInterval], { description: 'By day, from Sunday on, and time.' })
  readonly intervals!: readonly BusinessInterval[]

  @Field(() => [String], { description: 'Days without business, in order.' })
  readonly holidays!: readonly string[]
}

@ObjectType({ simpleResolvers: true })
class BusinessHoursPayload {
  @Field(() => BusinessHours, { nullable: true, description: 'As they now are; null when they were not set.' })
  readonly businessHours!: Schedule | null

  @Field(() => [UserError], { description: 'Empty when it was done.' })
  readonly userErrors!: readonly UserError[]
}

const timeOf = (minutes: number): string =>
  [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, '0')).join(':')

@Resolver(() => BusinessInterval)
export class BusinessIntervalResolver {
  @FieldResolver(() => String, { description: 'By the clock, `09:00`.' })
  from(@Root() { from }: Interval): string {
    return timeOf(from)
  }

  @FieldResolver(() => String, { description: 'The same; `24:00` is the end of the day.' })
  to(@Root() { to }: Interval): string {
    return timeOf(to)
  }
}

/** The schedule that BUSINESS hours of numbers go by. */
@Resolver()
export class BusinessHoursResolver {
  @Query(() => BusinessHours, {
    nullable: true,
    description: 'When the workspace does business; null while it was not set.',
  })
  businessHours(@Ctx() { services, viewer }: SubgraphContext): Promise<Schedule | null> {
    return readSchedule(services.store.database.workspace(viewer.workspaceId))
  }

  @Mutation(() => BusinessHoursPayload, {
    description:
      'Sets when the workspace does business, in place of what was set before; all numbers by BUSINESS hours go by it. Needs ADMIN.',
  })
  async setBusinessHours(
    @Arg('input', () => SetBusinessHoursInput) input: SetBusinessHoursInput,
    @Ctx() context: SubgraphContext,
  ): Promise<BusinessHoursPayload> {
    requireRole(context, 'ADMIN')
    const { schedule, wrong } = toSchedule(input)
    if (schedule === null) return { businessHours: null, userErrors: wrong }
    const { services, viewer } = context
    const { workspaceId, memberId } = viewer
    await saveSchedule(services.store.database, workspaceId, schedule)
    const { timeZone, intervals, holidays } = schedule
    await services.store.activity.record({
      workspaceId,
      memberId,
      integrationId: null,
      action: 'businessHours.set',
      detail: { timeZone, intervals: intervals.length, holidays: holidays.length },
    })
    return { businessHours: schedule, userErrors: [] }
  }
}
