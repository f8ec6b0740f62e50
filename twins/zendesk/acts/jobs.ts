import { later } from '../../iso.ts'
import { refusal } from '../errors.ts'
import type { Job, JobStep } from '../records.ts'
import { nowIn } from '../../world.ts'
import type { World } from '../world.ts'

/** A job is done this long after it was asked for. The number is ours. */
const jobSeconds = 3

/** Rows of one job, and jobs that wait at the same time. Source: the provider's notes; the second is unconfirmed there. */
const mostRows = 100
const mostQueued = 30

/** Jobs are forgotten when there are more of them, the oldest first. */
const keptJobs = 200

/**
 * Takes work on many records in, to be done a little later.
 *
 * @throws 400 more rows than a job may have
 * @throws 429 too many jobs wait
 */
export function takeJob(world: World, work: Pick<Job, 'job_type' | 'userId' | 'steps'>): Job {
  if (work.steps.length > mostRows) throw refusal(400, 'TooManyItems', `A job takes at most ${mostRows} items.`)
  const queued = [...world.jobs.values()].filter(({ status }) => status === 'queued')
  if (queued.length >= mostQueued) {
    throw refusal(429, 'TooManyJobs', `${mostQueued} jobs are queued already.`, { 'Retry-After': String(jobSeconds) })
  }
  const job: Job = {
    ...work,
    id: world.random.hex(32),
    dueAt: later(nowIn(world), jobSeconds),
    status: 'queued',
    results: [],
  }
  world.jobs.set(job.id, job)
  const [oldest] = world.jobs.values()
  if (world.jobs.size > keptJobs && oldest && oldest.status !== 'queued') world.jobs.delete(oldest.id)
  return job
}

/** The same call for each of some paths. */
export function stepsOf(
  paths: readonly string[],
  step: Pick<JobStep, 'method' | 'action'> & { readonly body?: JobStep['body'] },
): JobStep[] {
  return paths.map((path) => ({ ...step, path, body: step.body ?? {} }))
}
