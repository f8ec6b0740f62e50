import type { Job } from '../desk-records.ts'
import { ReplyError } from '../../exchange.ts'
import { later } from '../../iso.ts'
import { nextId, nowIn } from '../../world.ts'
import { asAgent } from '../world.ts'
import type { World } from '../world.ts'
import { changeTicket } from './change.ts'
import { reply } from './conversations.ts'
import { updateTicket } from './tickets.ts'

/** A job is done this long after it was asked for. */
const jobSeconds = 5

/** Takes work on many tickets in, to be done a little later. */
export function takeJob(
  world: World,
  work: Pick<Job, 'name' | 'agentId' | 'ticketIds'> & Partial<Pick<Job, 'properties' | 'reply'>>,
): Job {
  const at = nowIn(world)
  const job: Job = {
    properties: {},
    reply: null,
    ...work,
    id: nextId(world, 'job').toString(16).padStart(24, '0'),
    status: 'IN PROGRESS',
    dueAt: later(at, jobSeconds),
    created_at: at,
    updated_at: at,
    status_updated_at: at,
  }
  world.jobs.set(job.id, job)
  return job
}

/** Whether a job's time has come. */
export function isJobDue(world: World, job: Job): boolean {
  return job.status === 'IN PROGRESS' && job.dueAt <= nowIn(world)
}

/** Does a job: each ticket by itself, and those it cannot be done to are left as they are. */
export function doJob(world: World, job: Job): void {
  const by = asAgent({ id: job.agentId }, 'api')
  let done = 0
  for (const id of job.ticketIds) {
    const ticket = world.tickets.get(id)
    if (!ticket || ticket.deleted || ticket.archived) continue
    try {
      if (job.name === 'bulk_delete') changeTicket(world, ticket, by, { change: () => (ticket.deleted = true) })
      else {
        updateTicket(world, ticket, by, { fields: job.properties })
        if (job.reply !== null) reply(world, ticket, by, { body: job.reply, userId: job.agentId })
      }
      done += 1
    } catch (error) {
      if (!(error instanceof ReplyError)) throw error
    }
  }
  job.status = done > 0 ? 'COMPLETED' : 'FAILED'
  job.updated_at = nowIn(world)
  job.status_updated_at = nowIn(world)
}
