import { Field, InputType, registerEnumType } from 'type-graphql'
import type { Interval, Schedule } from '../../store/metrics/business-hours.ts'
import { isTimeZone } from '../../store/metrics/zone.ts'
import { type UserError, userError } from '../interfaces/user-error.ts'

/** The days of the week, as JavaScript and PostgreSQL number them. */
export const Weekday = {
  MONDAY: 1,
  TUESDAY: 2,
  WEDNESDAY: 3,
  THURSDAY: 4,
  FRIDAY: 5,
  SATURDAY: 6,
  SUNDAY: 0,
} as const
registerEnumType(Weekday, { name: 'Weekday' })

const dayName = (day: number): string => Object.entries(Weekday).find(([, each]) => each === day)?.[0] ?? String(day)

@InputType()
class BusinessIntervalInput {
  @Field(() => Weekday)
  readonly day!: number

  @Field(() => String, { description: 'By the clock, `09:00`.' })
  readonly from!: string

  @Field(() => String, {
    description: 'The same; `24:00` is the end of the day. What goes on beyond it is two intervals.',
  })
  readonly to!: string
}

@InputType()
export class SetBusinessHoursInput {
  @Field(() => String, { description: 'Whose clock they go by, such as `Europe/Berlin`.' })
  readonly timeZone!: string

  @Field(() => [BusinessIntervalInput], { description: 'None may overlap another.' })
  readonly intervals!: readonly BusinessIntervalInput[]

  @Field(() => [String], { defaultValue: [], description: 'Days without business, `2026-12-25`.' })
  readonly holidays!: readonly string[]
}

const MOST_INTERVALS = 70
const MOST_HOLIDAYS = 1_000

/** A schedule, or all that is wrong with it. */
export type Checked =
  | { readonly schedule: Schedule; readonly wrong: readonly [] }
  | { readonly schedule: null; readonly wrong: readonly UserError[] }

/** Checks a schedule, and brings it into order. */
export function toSchedule({ timeZone, intervals: given, holidays }: SetBusinessHoursInput): Checked {
  const intervals = given.map(({ day, from, to }) => ({ day, from: minutesOf(from), to: minutesOf(to) }))
  const wrong = [...zoneErrors(timeZone), ...intervalErrors(given, intervals), ...holidayErrors(holidays)]
  if (wrong.length > 0) return { schedule: null, wrong }
  const sorted = intervals.toSorted((one, other) => one.day - other.day || one.from - other.from)
  return { schedule: { timeZone, intervals: sorted, holidays: [...new Set(holidays)].toSorted() }, wrong: [] }
}

const bad = (field: string, message: string): UserError => userError('BAD_USER_INPUT', field, message)
const quoted = (text: string): string => JSON.stringify(text.slice(0, 100))

function zoneErrors(timeZone: string): readonly UserError[] {
  if (isTimeZone(timeZone)) return []
  const message = `expected the name of a time zone such as "Europe/Berlin", but got ${quoted(timeZone)}`
  return [bad('timeZone', message)]
}

/** Minutes from midnight; not a number where it is no time of day. */
function minutesOf(time: string): number {
  const [, hours, minutes] = /^([01]\d|2[0-4]):([0-5]\d)$/.exec(time) ?? []
  const found = Number(hours) * 60 + Number(minutes)
  return found <= 1_440 ? found : Number.NaN
}

function intervalErrors(given: readonly BusinessIntervalInput[], intervals: readonly Interval[]): readonly UserError[] {
  const count = given.length
  if (count === 0 || count > MOST_INTERVALS) {
    return [bad('intervals', `expected 1 to ${MOST_INTERVALS} intervals, but got ${count}`)]
  }
  return intervals.flatMap((interval, n) => {
    const field = `intervals.${n}`
    const { from = '', to = '' } = given[n] ?? {}
    const noTime = [from, to].find((time) => Number.isNaN(minutesOf(time)))
    if (noTime !== undefined) return [bad(field, `expected a time of day such as "09:00", but got ${quoted(noTime)}`)]
    if (interval.from >= interval.to) return [bad(field, `expected it to end after ${from}, but it ends at ${to}`)]
    const other = intervals.findIndex((each, m) => m < n && overlap(each, interval))
    if (other < 0) return []
    return [bad(field, `${dayName(interval.day)} ${from} to ${to} overlaps interval ${other}`)]
  })
}

const overlap = (one: Interval, other: Interval): boolean =>
  one.day === other.day && one.from < other.to && other.from < one.to

function holidayErrors(holidays: readonly string[]): readonly UserError[] {
  if (holidays.length > MOST_HOLIDAYS) {
    return [bad('holidays', `expected at most ${MOST_HOLIDAYS} days, but got ${holidays.length}`)]
  }
  const strange = holidays.find((day) => !isDate(day))
  return strange === undefined
    ? []
    : [bad('holidays', `expected days such as "2026-12-25", but got ${quoted(strange)}`)]
}

function isDate(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text) || text < '0001') return false
  const date = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text)
}
