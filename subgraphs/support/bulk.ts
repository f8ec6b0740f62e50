import { Arg, Ctx, Mutation, Resolver } from 'type-graphql'
import { fromNodeId } from '../../store/id.ts'
import { checkTags } from '../acting/checks.ts'
import { checkCustomFields, toCustomValues } from '../acting/custom-values.ts'
import { filled, given } from '../acting/given.ts'
import type { SubgraphContext } from '../context.ts'
import { requireRole } from '../errors.ts'
import { type UserError, userError } from '../interfaces/user-error.ts'
import { BulkAssignInput, BulkJobInput, BulkTagInput, BulkUpdateTicketsInput } from './bulk-inputs.ts'
import { namedRows } from './bulk-rows.ts'
import { beginBulk, type BulkAnswer, checkTagNames, notBegun, record, tagNames } from './bulk-start.ts'
import { BulkJobPayload } from './bulk-types.ts'

/** What of a ticket can be empty. */
const EMPTIED = ['assigneeId', 'teamId', 'companyId', 'tags', 'dueAt']

/** What says which tickets, and not what of them. */
const APART = ['ids', 'tickets', 'idempotencyKey']

function checkUpdate(input: BulkUpdateTicketsInput): readonly (UserError | null)[] {
  const said = Object.entries(input).filter(([field, value]) => value !== undefined && !APART.includes(field))
  if (said.length === 0) return [userError('BAD_USER_INPUT', null, 'nothing is to change: give at least one field')]
  const both = input.tags !== undefined && (input.addTags != null || input.removeTags != null)
  return [
    ...said
      .filter(([field, value]) => value === null && !EMPTIED.includes(field))
      .map(([field]) => userError('BAD_USER_INPUT', field, `${field}: cannot be empty; leave it out to keep it`)),
    both ? userError('BAD_USER_INPUT', 'tags', 'tags: says all of them; give it, or addTags and removeTags') : null,
    checkTags(input.tags),
    checkTagNames('addTags', input.addTags),
    checkTagNames('removeTags', input.removeTags),
    checkCustomFields(input.customFields),
  ]
}

function checkTagging({ add, remove }: BulkTagInput): readonly (UserError | null)[] {
  const fold = (names: readonly string[] | null | undefined): readonly string[] =>
    tagNames(names).map((name) => name.toLowerCase())
  const both = fold(add).find((name) => fold(remove).includes(name))
  return [
    (add ?? []).length + (remove ?? []).length > 0
      ? null
      : userError('BAD_USER_INPUT', 'add', 'nothing is to change: give tags to add or remove'),
    both === undefined
      ? null
      : userError('BAD_USER_INPUT', 'remove', `remove: "${both}" cannot be put on and taken off at once`),
    checkTagNames('add', add),
    checkTagNames('remove', remove),
  ]
}

const UNCHANGED = { fields: {}, addTags: [], removeTags: [] } as const

/** Doing something to many records at once, in the background. */
@Resolver()
export class BulkMutations {
  @Mutation(() => BulkJobPayload, { description: 'Begins a job that changes many tickets. Needs AGENT.' })
  bulkUpdateTickets(
    @Arg('input', () => BulkUpdateTicketsInput) input: BulkUpdateTicketsInput,
    @Ctx() context: SubgraphContext,
  ): Promise<BulkAnswer> {
    const { type, status, priority, customFields } = filled(input)
    const { dueAt } = input
    const plain = { type, status, priority, tags: input.tags === null ? [] : input.tags }
    const due = dueAt === undefined ? undefined : (dueAt?.toISOString() ?? null)
    return beginBulk(context, {
      action: 'UPDATE_TICKETS',
      input,
      rows: namedRows(input.ids, { ticket: input.tickets }),
      checks: checkUpdate(input),
      work: {
        fields: given({ ...plain, customFields: toCustomValues(customFields), dueAt: due }),
        addTags: tagNames(input.addTags),
        removeTags: tagNames(input.removeTags),
      },
    })
  }

  @Mutation(() => BulkJobPayload, {
    description: 'Begins a job that tags many contacts, companies, conversations or tickets. Needs AGENT.',
  })
  bulkTag(@Arg('input', () => BulkTagInput) input: BulkTagInput, @Ctx() context: SubgraphContext): Promise<BulkAnswer> {
    const { contacts, companies, conversations, tickets } = input
    return beginBulk(context, {
      action: 'TAG',
      input,
      rows: namedRows(input.ids, {
        contact: contacts,
        company: companies,
        conversation: conversations,
        ticket: tickets,
      }),
      checks: checkTagging(input),
      work: { fields: {}, addTags: tagNames(input.add), removeTags: tagNames(input.remove) },
    })
  }

  @Mutation(() => BulkJobPayload, {
    description: 'Begins a job that gives many conversations or tickets to an agent, a team, or nobody. Needs AGENT.',
  })
  bulkAssign(
    @Arg('input', () => BulkAssignInput) input: BulkAssignInput,
    @Ctx() context: SubgraphContext,
  ): Promise<BulkAnswer> {
    const { assigneeId, teamId, conversations, tickets } = input
    const none = assigneeId === undefined && teamId === undefined
    return beginBulk(context, {
      action: 'ASSIGN',
      input,
      rows: namedRows(input.ids, { conversation: conversations, ticket: tickets }),
      checks: [
        none ? userError('BAD_USER_INPUT', 'assigneeId', 'give assigneeId or teamId; null takes it from all') : null,
      ],
      work: UNCHANGED,
    })
  }

  @Mutation(() => BulkJobPayload, {
    description: 'Ends a job: rows that were not begun are skipped, and what was done stays. Needs AGENT.',
  })
  async cancelBulkJob(
    @Arg('input', () => BulkJobInput) { id }: BulkJobInput,
    @Ctx() context: SubgraphContext,
  ): Promise<BulkAnswer> {
    requireRole(context, 'AGENT')
    const turn = await context.services.store.bulk.cancel(context.viewer.workspaceId, jobIdOf(id))
    if (turn === null) return unknown(id)
    if (turn.changed) await record(context, 'cancelled', turn.job)
    return { job: turn.job, userErrors: [] }
  }

  @Mutation(() => BulkJobPayload, {
    description: 'Tries the rows of a job again that failed, or of which nobody knows. Needs AGENT.',
  })
  async retryBulkJob(
    @Arg('input', () => BulkJobInput) { id }: BulkJobInput,
    @Ctx() context: SubgraphContext,
  ): Promise<BulkAnswer> {
    requireRole(context, 'AGENT')
    const { services, viewer } = context
    const turn = await services.store.bulk.retry(viewer.workspaceId, jobIdOf(id))
    if (turn === null) return unknown(id)
    if (turn.job.state === 'CANCELLED') {
      return notBegun(userError('CANCELLED', 'id', 'this job was cancelled; begin another'))
    }
    if (turn.changed) await record(context, 'retried', turn.job)
    await Promise.all(turn.integrationIds.map((integrationId) => services.requestBulk(integrationId)))
    return { job: turn.job, userErrors: [] }
  }
}

/** An id that is none of a job is that of no job. */
const NO_JOB = '00000000-0000-0000-0000-000000000000'

function jobIdOf(id: string): string {
  const found = fromNodeId(id)
  return found?.kind === 'bulkJob' ? found.uuid : NO_JOB
}

const unknown = (id: string): BulkAnswer => notBegun(userError('NOT_FOUND', 'id', `there is no bulk job ${id}`))
