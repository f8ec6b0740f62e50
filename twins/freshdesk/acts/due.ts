import type { BusinessHours, SlaPolicy, SlaTarget } from '../desk-records.ts'
import type { Ticket } from '../records.ts'
import { iso } from '../../iso.ts'
import type { World } from '../world.ts'

/** When an answer and the end are due. */
export interface DueTimes {
  readonly fr_due_by: string
  readonly due_by: string
}

/** What decides which policy a ticket falls under. */
export type DueSubject = Pick<Ticket, 'priority' | 'group_id' | 'company_id' | 'source' | 'type' | 'product_id'>

const standard: SlaTarget = {
  respond_within: 86_400,
  resolve_within: 259_200,
  business_hours: false,
  escalation_enabled: true,
}

/** The due times of a ticket that began at a moment, by the first policy that applies to it. */
export function dueTimes(world: World, ticket: DueSubject, from: string): DueTimes {
  const target = policyFor(world, ticket)?.sla_target[`priority_${ticket.priority}`] ?? standard
  const group = ticket.group_id === null ? undefined : world.groups.get(ticket.group_id)
  const hours =
    world.businessHours.find((candidate) => candidate.id === group?.business_hour_id) ?? world.businessHours[0]
  const after = (seconds: number): string =>
    target.business_hours && hours
      ? afterOpenSeconds(world, hours, { from, seconds })
      : iso(new Date(Date.parse(from) + seconds * 1_000))
  return { fr_due_by: after(target.respond_within), due_by: after(target.resolve_within) }
}

function policyFor(world: World, ticket: DueSubject): SlaPolicy | undefined {
  const active = [...world.slaPolicies.values()].filter((policy) => policy.active)
  const ordered = active.toSorted((left, right) => left.position - right.position)
  return (
    ordered.find((policy) => !policy.is_default && applies(policy, ticket)) ?? ordered.find((one) => one.is_default)
  )
}

function applies({ applicable_to: to }: SlaPolicy, ticket: DueSubject): boolean {
  const wanted: readonly (readonly [string, unknown])[] = [
    ['company_ids', ticket.company_id],
    ['group_ids', ticket.group_id],
    ['sources', ticket.source],
    ['ticket_types', ticket.type],
    ['product_ids', ticket.product_id],
  ]
  return wanted.every(([name, value]) => {
    const allowed = to[name]
    return !Array.isArray(allowed) || allowed.length === 0 || allowed.includes(value)
  })
}

const weekdays = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday']
const daySeconds = 86_400

/** The moment when the desk has been open for some seconds. */
function afterOpenSeconds(world: World, hours: BusinessHours, wait: { from: string; seconds: number }): string {
  const offset = world.account.offsetMinutes * 60
  let at = Date.parse(wait.from) / 1_000 + offset
  let left = wait.seconds
  // Far more days than any target needs: a desk that is never open answers never, and not in an endless loop.
  for (let day = 0; day < 400; day += 1) {
    const midnight = at - (at % daySeconds)
    const open = hours.business_hours[weekdays[new Date(midnight * 1_000).getUTCDay()] ?? '']
    if (open) {
      const begin = Math.max(at, midnight + secondsOf(open.start_time))
      const end = midnight + secondsOf(open.end_time)
      if (begin + left <= end) return iso(new Date((begin + left - offset) * 1_000))
      left -= Math.max(0, end - begin)
    }
    at = midnight + daySeconds
  }
  return iso(new Date((at - offset) * 1_000))
}

/** `9:00 am` as seconds after midnight. */
function secondsOf(time: string): number {
  const [, hour = '0', minute = '0', half = 'am'] = /^(\d{1,2}):(\d{2})\s*(am|pm)$/i.exec(time) ?? []
  return ((Number(hour) % 12) + (half.toLowerCase() === 'pm' ? 12 : 0)) * 3_600 + Number(minute) * 60
}
