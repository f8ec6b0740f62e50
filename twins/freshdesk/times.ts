import { iso } from '../iso.ts'

/** The same moment on the account's clock, as groups, companies, attachments and logins are shown: `2026-01-01T05:30:00+05:30`. */
export function withOffset(at: string, offsetMinutes: number): string {
  if (offsetMinutes === 0) return at
  const local = new Date(Date.parse(at) + offsetMinutes * 60_000).toISOString().slice(0, 19)
  const size = Math.abs(offsetMinutes)
  const [hours, minutes] = [Math.floor(size / 60), size % 60].map((part) => String(part).padStart(2, '0'))
  return `${local}${offsetMinutes < 0 ? '-' : '+'}${hours}:${minutes}`
}

const accepted = /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2})(:\d{2}(?:\.\d+)?)?(Z|[+-]\d{2}(?::?\d{2})?)?)?$/

/**
 * A date in any form the reference lists under "Date Fields", as the API writes it; without a zone it is UTC.
 *
 * Null for anything else.
 */
export function parseTime(text: string): string | null {
  const [, date, minutes = '00:00', seconds = ':00', zone = 'Z'] = accepted.exec(text.trim()) ?? []
  if (date === undefined) return null
  const offset = zone === 'Z' ? 'Z' : `${zone.slice(0, 3)}:${zone.slice(3).replace(':', '') || '00'}`
  const at = new Date(`${date}T${minutes}${seconds}${offset}`)
  // JavaScript takes 31 February for 3 March, and the provider takes it for a mistake.
  const isReal = !Number.isNaN(at.getTime()) && new Date(`${date}T00:00:00Z`).toISOString().startsWith(date)
  return isReal ? iso(at) : null
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']

/** A moment as placeholders give it: text for people, on the account's clock, that no parser should trust: `Thu, 15 Jan at 5:30 PM`. */
export function forPeople(at: string, offsetMinutes: number): string {
  const local = new Date(Date.parse(at) + offsetMinutes * 60_000)
  const hour = local.getUTCHours()
  const time = `${hour % 12 === 0 ? 12 : hour % 12}:${String(local.getUTCMinutes()).padStart(2, '0')} ${hour < 12 ? 'AM' : 'PM'}`
  return `${weekdays[local.getUTCDay()]}, ${local.getUTCDate()} ${months[local.getUTCMonth()]} at ${time}`
}
