import type { Audit, Ticket } from '../records.ts'
import type { World } from '../world.ts'
import { isComment } from '../acts/audit.ts'

/** Minutes of the clock, and those of them in which the desk is open: on working days from nine to five, UTC. */
export interface Minutes {
  readonly calendar: number | null
  readonly business: number | null
}

const minuteMs = 60_000
const none: Minutes = { calendar: null, business: null }

/** The numbers of a ticket, reckoned from its audits. */
export function metricsOf(world: World, ticket: Ticket, base: string) {
  const story = tell(world, ticket)
  const id = world.account.firstId + 5_000_000 + ticket.id
  const created = Date.parse(ticket.created_at)
  const [first] = story.replies
  const reply = first === undefined ? none : between(created, first)
  return {
    url: `${base}/api/v2/ticket_metrics/${id}.json`,
    id,
    ticket_id: ticket.id,
    created_at: ticket.created_at,
    updated_at: ticket.updated_at,
    group_stations: story.groups,
    assignee_stations: story.assignees,
    reopens: story.reopens,
    replies: story.replies.length,
    assignee_updated_at: date(story.assigneeAt),
    requester_updated_at: date(story.requesterAt),
    status_updated_at: date(story.statusAt),
    custom_status_updated_at: date(story.statusAt),
    initially_assigned_at: date(story.firstAssignedAt),
    assigned_at: date(story.assignedAt),
    solved_at: date(story.solvedAt.at(-1) ?? null),
    latest_comment_added_at: date(story.commentAt),
    reply_time_in_minutes: reply,
    reply_time_in_seconds:
      first === undefined ? { calendar: null } : { calendar: Math.round((first - created) / 1_000) },
    first_resolution_time_in_minutes: untilSolved(created, story.solvedAt.at(0)),
    full_resolution_time_in_minutes: untilSolved(created, story.solvedAt.at(-1)),
    agent_wait_time_in_minutes: summed(story.spells.pending),
    requester_wait_time_in_minutes: summed(story.spells.waiting),
    on_hold_time_in_minutes: summed(story.spells.hold),
  }
}

type Spell = readonly [from: number, to: number]

interface Story {
  replies: number[]
  solvedAt: number[]
  reopens: number
  groups: number
  assignees: number
  firstAssignedAt: number | null
  assignedAt: number | null
  assigneeAt: number | null
  requesterAt: number | null
  statusAt: number
  commentAt: number | null
  spells: { pending: Spell[]; hold: Spell[]; waiting: Spell[] }
}

/** Goes through what happened once, oldest first. */
function tell(world: World, ticket: Ticket): Story {
  const created = Date.parse(ticket.created_at)
  const story: Story = {
    replies: [],
    solvedAt: [],
    reopens: 0,
    groups: 0,
    assignees: 0,
    firstAssignedAt: null,
    assignedAt: null,
    assigneeAt: null,
    requesterAt: null,
    statusAt: created,
    commentAt: null,
    spells: { pending: [], hold: [], waiting: [] },
  }
  let status = 'new'
  for (const audit of ticket.audits) {
    const at = Date.parse(audit.created_at)
    comments(world, ticket, { audit, at, story })
    for (const { field_name, value } of fieldEvents(audit)) {
      if (field_name === 'group_id' && value !== null) story.groups += 1
      if (field_name === 'assignee_id' && value !== null) {
        story.assignees += 1
        story.firstAssignedAt ??= at
        story.assignedAt = at
      }
      if (field_name !== 'status') continue
      spell(story, status, [story.statusAt, at])
      const next = String(value)
      const wasOver = status === 'solved' || status === 'closed'
      if (next === 'solved' || (next === 'closed' && !wasOver)) story.solvedAt.push(at)
      if (wasOver && next !== 'solved' && next !== 'closed') story.reopens += 1
      status = next
      story.statusAt = at
    }
  }
  return story
}

function comments(world: World, ticket: Ticket, seen: { audit: Audit; at: number; story: Story }): void {
  const { story, at } = seen
  for (const event of seen.audit.events) {
    if (!isComment(event)) continue
    story.commentAt = at
    const isStaff = world.users.get(event.author_id)?.role !== 'end-user'
    if (isStaff && event.public && seen.audit !== ticket.audits[0]) story.replies.push(at)
    if (isStaff) story.assigneeAt = at
    else story.requesterAt = at
  }
}

function fieldEvents(audit: Audit): { field_name: string; value: unknown }[] {
  return audit.events.flatMap((event) => {
    if (event.type !== 'Create' && event.type !== 'Change') return []
    return 'field_name' in event && typeof event.field_name === 'string'
      ? [{ field_name: event.field_name, value: event.value }]
      : []
  })
}

function spell({ spells }: Story, status: string, when: Spell): void {
  if (status === 'pending') spells.pending.push(when)
  if (status === 'hold') spells.hold.push(when)
  if (status === 'new' || status === 'open' || status === 'hold') spells.waiting.push(when)
}

function untilSolved(created: number, solvedAt: number | undefined): Minutes {
  return solvedAt === undefined ? none : between(created, solvedAt)
}

function summed(spells: readonly Spell[]): Minutes {
  const all = spells.map(([from, to]) => between(from, to))
  const sum = (kind: keyof Minutes): number => all.reduce((total, one) => total + (one[kind] ?? 0), 0)
  return { calendar: sum('calendar'), business: sum('business') }
}

function between(from: number, to: number): { calendar: number; business: number } {
  return { calendar: Math.round((to - from) / minuteMs), business: businessMinutes(from, to) }
}

function businessMinutes(from: number, to: number): number {
  const dayMs = 86_400_000
  let ms = 0
  for (let day = from - (from % dayMs); day < to; day += dayMs) {
    const weekday = new Date(day).getUTCDay()
    if (weekday === 0 || weekday === 6) continue
    ms += Math.max(0, Math.min(to, day + 17 * 3_600_000) - Math.max(from, day + 9 * 3_600_000))
  }
  return Math.round(ms / minuteMs)
}

function date(at: number | null): string | null {
  return at === null ? null : `${new Date(at).toISOString().slice(0, 19)}Z`
}
