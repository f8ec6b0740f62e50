/**
 * Compares times by the calendar day they fall on in a time zone.
 *
 * @returns less than 0 for an earlier day than `seconds`, 0 for the same, more for a later one
 */
export function compareByDay(seconds: number, timeZone: string): (other: number) => number {
  const format = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' })
  const dayOf = (time: number): string => format.format(new Date(time * 1000))
  const day = dayOf(seconds)
  return (other) => {
    const otherDay = dayOf(other)
    return otherDay === day ? 0 : otherDay < day ? -1 : 1
  }
}
