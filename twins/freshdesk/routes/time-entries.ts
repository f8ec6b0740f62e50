import { json } from '../../exchange.ts'
import { mustSee } from '../access.ts'
import { booleanIn, nullableTextIn, numberIn, textIn, timeIn } from '../check.ts'
import type { Body, FieldRules } from '../check.ts'
import { invalidValue } from '../errors.ts'
import type { TimeEntry } from '../records.ts'
import { nextId, nowIn } from '../../world.ts'
import { found } from '../world.ts'
import type { World } from '../world.ts'
import { bodyOf, created, idIn, noContent, numberOf, pageReply, timeOf, wordOf } from './call.ts'
import type { ApiCall, Routes } from './call.ts'
import { ticketOf } from './tickets.ts'

const rules: FieldRules = {
  agent_id: { kind: 'integer' },
  billable: { kind: 'boolean' },
  executed_at: { kind: 'date' },
  note: { kind: 'string', nullable: true },
  start_time: { kind: 'date' },
  time_spent: { kind: 'string' },
  timer_running: { kind: 'boolean' },
}

/** Time spent on tickets. */
export const timeEntryRoutes: Routes = {
  'GET /tickets/{ticket_id}/time_entries': {
    needs: 'view_tickets',
    paged: true,
    answer(call) {
      const ticket = ticketOf(call)
      const rows = [...call.world.timeEntries.values()].filter((entry) => entry.ticket_id === ticket.id)
      return pageReply(call, rows, (entry) => render(call.world, entry))
    },
  },
  'GET /time_entries': {
    needs: 'view_tickets',
    paged: true,
    query: ['company_id', 'agent_id', 'executed_before', 'executed_after', 'billable'],
    answer: (call) => pageReply(call, listed(call), (entry) => render(call.world, entry)),
  },
  'POST /tickets/{ticket_id}/time_entries': {
    needs: 'manage_tickets',
    answer(call) {
      const { world } = call
      const ticket = ticketOf(call)
      const body = bodyOf(call, rules)
      const at = nowIn(world)
      // A time that is not told is being counted. Source: the reference's "Create a Time Entry", as recalled.
      const timer_running = booleanIn(body, 'timer_running') ?? textIn(body, 'time_spent') === undefined
      const entry: TimeEntry = {
        id: nextId(world, 'timeEntry'),
        agent_id: call.caller.id,
        ticket_id: ticket.id,
        billable: true,
        note: null,
        timer_running,
        spentSeconds: 0,
        executed_at: at,
        start_time: at,
        created_at: at,
        updated_at: at,
        ...entryFieldsIn(world, body),
      }
      world.timeEntries.set(entry.id, entry)
      return created(call, `/time_entries/${entry.id}`, render(world, entry))
    },
  },
  'PUT /time_entries/{time_entry_id}': {
    needs: 'manage_tickets',
    answer(call) {
      const entry = entryOf(call)
      const fields = entryFieldsIn(call.world, bodyOf(call, rules))
      if (fields.timer_running !== undefined) setTimer(call.world, entry, fields.timer_running ? 'on' : 'off')
      Object.assign(entry, fields, { updated_at: nowIn(call.world) })
      return json(render(call.world, entry))
    },
  },
  'PUT /time_entries/{time_entry_id}/toggle_timer': {
    needs: 'manage_tickets',
    answer(call) {
      const entry = entryOf(call)
      bodyOf(call, {})
      setTimer(call.world, entry, entry.timer_running ? 'off' : 'on')
      entry.updated_at = nowIn(call.world)
      return json(render(call.world, entry))
    },
  },
  'DELETE /time_entries/{time_entry_id}': {
    needs: 'manage_tickets',
    answer(call) {
      call.world.timeEntries.delete(entryOf(call).id)
      return noContent
    },
  },
}

function entryOf(call: ApiCall): TimeEntry {
  const entry = found(call.world.timeEntries.get(idIn(call, 'time_entry_id')))
  const ticket = call.world.tickets.get(entry.ticket_id)
  if (ticket) mustSee(call.caller, ticket)
  return entry
}

function entryFieldsIn(world: World, body: Body): Partial<TimeEntry> {
  const agentId = numberIn(body, 'agent_id')
  if (agentId !== undefined && !world.agents.has(agentId)) {
    throw invalidValue('agent_id', 'There is no agent matching the given agent_id')
  }
  const spent = textIn(body, 'time_spent')
  const [, hours, minutes] = /^(\d{1,3}):([0-5]\d)$/.exec(spent ?? '') ?? []
  if (spent !== undefined && hours === undefined) throw invalidValue('time_spent', "It should be in the 'hh:mm' format")
  const fields: Partial<Record<keyof TimeEntry, unknown>> = {
    agent_id: agentId,
    billable: booleanIn(body, 'billable'),
    note: nullableTextIn(body, 'note'),
    timer_running: booleanIn(body, 'timer_running'),
    executed_at: timeIn(body, 'executed_at'),
    start_time: timeIn(body, 'start_time'),
    spentSeconds: spent === undefined ? undefined : Number(hours) * 3_600 + Number(minutes) * 60,
  }
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}

function setTimer(world: World, entry: TimeEntry, to: 'on' | 'off'): void {
  if (entry.timer_running === (to === 'on')) return
  if (to === 'off') entry.spentSeconds = spentSeconds(world, entry)
  entry.timer_running = to === 'on'
  if (to === 'on') entry.start_time = nowIn(world)
}

function spentSeconds(world: World, entry: TimeEntry): number {
  const counting = entry.timer_running ? (world.clock.now().getTime() - Date.parse(entry.start_time)) / 1_000 : 0
  return entry.spentSeconds + Math.max(0, Math.floor(counting))
}

function render(world: World, entry: TimeEntry) {
  const { spentSeconds: _spent, ...rest } = entry
  const minutes = Math.floor(spentSeconds(world, entry) / 60)
  const time_spent = [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, '0')).join(':')
  return { ...rest, time_spent }
}

function listed(call: ApiCall): TimeEntry[] {
  const [companyId, agentId] = [numberOf(call, 'company_id'), numberOf(call, 'agent_id')]
  const [before, after] = [timeOf(call, 'executed_before'), timeOf(call, 'executed_after')]
  const billable = wordOf(call, 'billable', ['true', 'false'])
  return [...call.world.timeEntries.values()].filter(
    (entry) =>
      (agentId === null || entry.agent_id === agentId) &&
      (companyId === null || call.world.tickets.get(entry.ticket_id)?.company_id === companyId) &&
      (before === null || entry.executed_at <= before) &&
      (after === null || entry.executed_at >= after) &&
      (billable === null || entry.billable === (billable === 'true')),
  )
}
