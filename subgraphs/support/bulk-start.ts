import type { BulkAction, BulkJob } from '../../store/bulk/job.ts'
import type { BulkReferences, BulkWork, Reference } from '../../store/bulk/work.ts'
import { IdempotencyKeyReusedError, TooManyRowsError } from '../../store/errors.ts'
import { toNodeId } from '../../store/id.ts'
import { checkKey, present } from '../acting/checks.ts'
import type { KeyedInput } from '../acting/input.ts'
import { findTarget, type Found, type Names, ofAnother } from '../acting/targets.ts'
import type { SubgraphContext } from '../context.ts'
import { requireRole } from '../errors.ts'
import { type UserError, userError } from '../interfaces/user-error.ts'
import type { NamedRows } from './bulk-rows.ts'

/** What came of a mutation about a job. */
export interface BulkAnswer {
  readonly job: BulkJob | null
  readonly userErrors: readonly UserError[]
}

/** A job to begin: what its input says, once that was read. */
export interface Beginning {
  readonly action: BulkAction
  readonly input: KeyedInput & Names
  readonly rows: NamedRows
  readonly checks: readonly (UserError | null)[]
  /** All but the references, which are found first. */
  readonly work: Omit<BulkWork, 'references'>
}

/** Most tags that one job puts on or takes off: each is a call for each record. */
const MOST_TAGS = 20

/** Nothing was begun, and why. */
export const notBegun = (...userErrors: readonly UserError[]): BulkAnswer => ({ job: null, userErrors })

/** Names of tags to put on or take off, when any are given. */
export function checkTagNames(field: string, names: readonly string[] | null | undefined): UserError | null {
  const given = names ?? []
  const wrong = (what: string): UserError => userError('BAD_USER_INPUT', field, `${field}: ${what}`)
  if (given.some((name) => name.trim() === '')) return wrong('expected names, but one is empty')
  return given.length <= MOST_TAGS ? null : wrong(`expected at most ${MOST_TAGS}, but got ${given.length}`)
}

/** Names of tags, each once and without spaces around it. */
export const tagNames = (names: readonly string[] | null | undefined): readonly string[] => [
  ...new Set((names ?? []).map((name) => name.trim())),
]

/**
 * Begins a job: checks the role and the input, keeps which records it is about, and asks ingest to work them. A repeated
 * key answers the job that it began before.
 *
 * @throws GraphQLError `FORBIDDEN` for less than an agent
 */
export async function beginBulk(
  context: SubgraphContext,
  { action, input, rows, checks, work }: Beginning,
): Promise<BulkAnswer> {
  requireRole(context, 'AGENT')
  const wrong = present(rows.error, ...checks, checkKey(input.idempotencyKey))
  if (wrong.length > 0 || rows.error !== null) return notBegun(...wrong)
  const { references, unfound } = await findReferences(context, input)
  if (unfound.length > 0) return notBegun(...unfound)
  const { services, viewer } = context
  try {
    const { job, isNew, integrationIds } = await services.store.bulk.start({
      workspaceId: viewer.workspaceId,
      memberId: viewer.memberId,
      idempotencyKey: input.idempotencyKey ?? null,
      action,
      kind: rows.kind,
      input: JSON.parse(JSON.stringify(input)),
      work: { ...work, references },
      rows: rows.rows,
    })
    if (isNew) await record(context, 'begun', job)
    await Promise.all(integrationIds.map((id) => services.requestBulk(id)))
    return { job, userErrors: [] }
  } catch (error) {
    return notBegun(toUserError(error, rows.rows))
  }
}

/** Keeps in the activity who did what about a job: once, not for each record. */
export function record({ services, viewer }: SubgraphContext, what: string, job: BulkJob): Promise<void> {
  const { id, action, kind, total } = job
  return services.store.activity.record({
    workspaceId: viewer.workspaceId,
    memberId: viewer.memberId,
    integrationId: null,
    action: `bulkJob.${what}`,
    detail: { id: toNodeId('bulkJob', id), action, kind, total },
  })
}

function toUserError(error: unknown, rows: object): UserError {
  if (error instanceof IdempotencyKeyReusedError) {
    return userError('IDEMPOTENCY_KEY_REUSED', 'idempotencyKey', error.message)
  }
  if (error instanceof TooManyRowsError) return userError('BAD_USER_INPUT', 'ids' in rows ? 'ids' : null, error.message)
  throw error
}

/** Whom an input names, each of whichever account; but all of one, since a record is of one. */
async function findReferences(
  context: SubgraphContext,
  { assigneeId, teamId, companyId }: Names,
): Promise<{ readonly references: BulkReferences; readonly unfound: readonly UserError[] }> {
  const find = async (
    field: string,
    kind: 'agent' | 'team' | 'company',
    id: string | null | undefined,
  ): Promise<Found<Reference | null | undefined>> => {
    if (id == null) return { row: id, error: null }
    const found = await findTarget(context, field, { id, kinds: [kind] })
    if (found.error !== null) return found
    return { row: { integrationId: found.row.integrationId, remoteId: found.row.remoteId }, error: null }
  }
  const [assignee, team, company] = await Promise.all([
    find('assigneeId', 'agent', assigneeId),
    find('teamId', 'team', teamId),
    find('companyId', 'company', companyId),
  ])
  const accounts = new Set([assignee, team, company].flatMap(({ row }) => row?.integrationId ?? []))
  const apart =
    accounts.size > 1
      ? [teamId == null ? ofAnother('companyId', 'company', companyId ?? '') : ofAnother('teamId', 'team', teamId)]
      : []
  const unfound = [...[assignee, team, company].flatMap(({ error }) => error ?? []), ...apart]
  const references = {
    ...(assignee.row !== undefined && { assignee: assignee.row }),
    ...(team.row !== undefined && { team: team.row }),
    ...(company.row !== undefined && { company: company.row }),
  }
  return { references, unfound }
}
