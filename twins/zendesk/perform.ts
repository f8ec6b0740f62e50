import { isRecord, ReplyError } from '../exchange.ts'
import type { TwinReply } from '../exchange.ts'
import type { Desk } from './controlled.ts'
import type { CallDeed } from './deeds.ts'
import type { JobStep } from './records.ts'
import type { ApiCall } from './routes/call.ts'
import { findRoute, findStep } from './routes/table.ts'

/** Makes a call that was let in once again. */
export function redoCall({ world }: Desk, deed: CallDeed): void {
  const { method, path, query, body, sentBytes, contentType, base, grantId } = deed
  const match = findRoute(method, path)
  const caller = world.users.get(deed.userId)
  if (!match || !caller) throw new Error(`${method} ${path} was made once and cannot be made again`)
  const { params } = match
  const asked = { path, params, query: new URLSearchParams(query), body, sentBytes, contentType }
  match.handler.answer({ ...asked, world, base, caller, grantId, invocations: null })
}

/** Does a job: each step by itself, and those it cannot do are told in the results. */
export function doJob({ world }: Desk, id: string): void {
  const job = world.jobs.get(id)
  const caller = job && world.users.get(job.userId)
  if (!job || !caller) return
  const context = {
    world,
    base: '',
    query: new URLSearchParams(),
    sentBytes: 0,
    contentType: '',
    caller,
    grantId: null,
    invocations: null,
  }
  const results = job.steps.map((step, index) => resultOf(context, step, index))
  job.results = results
  job.status = results.some((one) => one['success'] !== false) ? 'completed' : 'failed'
}

/** What results call what was done. */
const said = { create: 'Created', update: 'Updated', delete: 'Deleted', merge: 'Merged' } as const

function resultOf(
  context: Omit<ApiCall, 'path' | 'params' | 'body'>,
  step: JobStep,
  index: number,
): Record<string, unknown> {
  const id = Number(/\d+/.exec(step.path)?.[0] ?? 0)
  const match = findStep(step.method, step.path)
  if (!match) return failed(step, id, 'RecordNotFound', 'Not found')
  try {
    const reply = match.handler.answer({ ...context, path: step.path, params: match.params, body: step.body })
    const made = madeIn(reply)
    if (step.action === 'create') return { id: made ?? 0, index }
    return { action: step.action, id, status: said[step.action], success: true }
  } catch (error) {
    if (!(error instanceof ReplyError)) throw error
    const { json } = error.reply
    const code = isRecord(json) && typeof json['error'] === 'string' ? json['error'] : 'Failed'
    return failed(step, id, code, error.message)
  }
}

function failed({ action }: JobStep, id: number, error: string, details: string): Record<string, unknown> {
  return { id, action, success: false, error, details }
}

function madeIn({ json }: TwinReply): number | null {
  if (!isRecord(json)) return null
  for (const record of Object.values(json)) {
    if (isRecord(record) && typeof record['id'] === 'number') return record['id']
  }
  return null
}
