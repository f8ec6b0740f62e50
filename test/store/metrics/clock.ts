/** What a clock shows. */
export interface Shown {
  readonly year: number
  /** From 1. */
  readonly month: number
  readonly day: number
  readonly hour: number
  readonly minute: number
  /** 0 is Sunday. */
  readonly weekday: number
  /** How far it is ahead of UTC, in minutes. */
  readonly offset: number
}

const formats = new Map<string, Intl.DateTimeFormat>()

/** What the clock of a zone shows at an instant, by `Intl` and nothing else. */
export function clockAt(zone: string, at: number): Shown {
  let format = formats.get(zone)
  if (format === undefined) {
    format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' })
    formats.set(zone, format)
  }
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = format.format(at).split(/\D+/).map(Number)
  const shown = Date.UTC(year, month - 1, day, hour, minute, second)
  return { year, month, day, hour, minute, weekday: new Date(shown).getUTCDay(), offset: (shown - at) / 60_000 }
}
