import type { Conversation, Part } from './records.ts'

/** The part types that carry a message to the customer or from them. */
const spoken = new Set(['comment', 'open', 'close', 'assignment', 'quick_reply', 'snoozed', 'note_and_reopen'])

const isAssignment = (part: Part): boolean => part.type === 'assignment' && part.assignedTo !== null
const isClose = (part: Part): boolean => part.type === 'close'
const saysSomething = (part: Part): boolean => part.body !== null && spoken.has(part.type)
const fromAdmin = (part: Part): boolean => part.author.type === 'admin' && saysSomething(part)
const fromContact = (part: Part): boolean =>
  (part.author.type === 'user' || part.author.type === 'lead') && saysSomething(part)

/** A conversation in numbers, counted from its parts. Times are Unix seconds, durations seconds without office hours. */
export function statisticsOf(conversation: Conversation): Record<string, unknown> {
  const { parts, createdAt } = conversation
  const opened = conversation.source.author.type === 'admin' ? null : createdAt
  const assignments = parts.filter(isAssignment)
  const adminReplies = parts.filter(fromAdmin)
  const contactReplies = parts.filter(fromContact)
  const closes = parts.filter(isClose)
  const firstReply = adminReplies[0] ?? null
  const lastAssignment = assignments.at(-1) ?? null
  const beforeReply = assignments.findLast((part) => !firstReply || part.createdAt <= firstReply.createdAt) ?? null
  const since = (part: Part | null | undefined): number | null => (part ? part.createdAt - createdAt : null)
  return {
    type: 'conversation_statistics',
    time_to_assignment: since(beforeReply),
    time_to_admin_reply: since(firstReply),
    time_to_first_close: since(closes[0]),
    time_to_last_close: since(closes.at(-1)),
    median_time_to_reply: median(replyWaits(conversation)),
    first_contact_reply_at: opened ?? contactReplies[0]?.createdAt ?? null,
    first_assignment_at: assignments[0]?.createdAt ?? null,
    first_admin_reply_at: firstReply?.createdAt ?? null,
    first_close_at: closes[0]?.createdAt ?? null,
    last_assignment_at: lastAssignment?.createdAt ?? null,
    last_assignment_admin_reply_at:
      adminReplies.find((part) => !lastAssignment || part.createdAt >= lastAssignment.createdAt)?.createdAt ?? null,
    last_contact_reply_at: contactReplies.at(-1)?.createdAt ?? opened,
    last_admin_reply_at: adminReplies.at(-1)?.createdAt ?? null,
    last_close_at: closes.at(-1)?.createdAt ?? null,
    last_closed_by_id: closes.at(-1)?.author.id ?? null,
    count_reopens: reopensOf(parts),
    count_assignments: assignments.length,
    count_conversation_parts: parts.length,
    assigned_team_first_response_time: [],
    assigned_team_first_response_time_in_office_hours: [],
    handling_time: handlingTime(conversation),
    adjusted_handling_time: null,
  }
}

function reopensOf(parts: readonly Part[]): number {
  let reopens = 0
  let before: string = 'open'
  for (const part of parts) {
    if (part.state === 'open' && before === 'closed') reopens += 1
    before = part.state
  }
  return reopens
}

/** The wait before each first admin reply after the customer wrote. */
function replyWaits(conversation: Conversation): number[] {
  const waits: number[] = []
  let waitingSince: number | null = conversation.source.author.type === 'admin' ? null : conversation.createdAt
  for (const part of conversation.parts) {
    if (fromContact(part)) waitingSince ??= part.createdAt
    else if (fromAdmin(part) && waitingSince !== null) {
      waits.push(part.createdAt - waitingSince)
      waitingSince = null
    }
  }
  return waits
}

function median(values: readonly number[]): number | null {
  if (values.length === 0) return null
  const sorted = values.toSorted((left, right) => left - right)
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle] ?? 0
  return sorted.length % 2 === 1 ? upper : Math.round(((sorted[middle - 1] ?? 0) + upper) / 2)
}

/** Two minutes of work for every admin reply, as far as there was so much time. */
function handlingTime(conversation: Conversation): number | null {
  const replies = conversation.parts.filter(fromAdmin)
  const last = replies.at(-1)
  return last ? Math.min(replies.length * 120, last.createdAt - conversation.createdAt) : null
}
