import {
  type ClassType,
  Ctx,
  Field,
  FieldResolver,
  ID,
  Int,
  ObjectType,
  registerEnumType,
  Resolver,
  Root,
} from 'type-graphql'
import { GraphQLDateTimeISO } from 'graphql-scalars'
import type { BulkItem as StoredItem, BulkJob as StoredJob } from '../../store/bulk/job.ts'
import { toNodeId } from '../../store/id.ts'
import type { SubgraphContext } from '../context.ts'
import { Member, toMember } from '../interfaces/member.ts'
import { Node } from '../interfaces/node.ts'
import { connectionOf } from '../interfaces/page.ts'
import type { Stub } from '../interfaces/stub.ts'
import { UserError, UserErrorCode } from '../interfaces/user-error.ts'

export const BulkAction = { UPDATE_TICKETS: 'UPDATE_TICKETS', TAG: 'TAG', ASSIGN: 'ASSIGN' } as const
registerEnumType(BulkAction, { name: 'BulkAction', description: 'What a bulk job does to each record.' })

export const BulkKind = {
  CONTACT: 'contact',
  COMPANY: 'company',
  CONVERSATION: 'conversation',
  TICKET: 'ticket',
} as const
registerEnumType(BulkKind, { name: 'BulkKind', description: 'The kind of records that a bulk job is about.' })

export const BulkJobState = { QUEUED: 'QUEUED', RUNNING: 'RUNNING', DONE: 'DONE', CANCELLED: 'CANCELLED' } as const
registerEnumType(BulkJobState, {
  name: 'BulkJobState',
  description: 'How a bulk job gets on.',
  valuesConfig: {
    QUEUED: { description: 'No row has ended yet.' },
    RUNNING: { description: 'Some rows have ended; the others wait, or are at the provider.' },
    DONE: { description: 'Every row has ended, each in its own way.' },
    CANCELLED: { description: 'A person ended it: rows that were not begun are skipped.' },
  },
})

export const BulkItemState = {
  PENDING: 'PENDING',
  DONE: 'DONE',
  FAILED: 'FAILED',
  SKIPPED: 'SKIPPED',
  UNKNOWN: 'UNKNOWN',
} as const
registerEnumType(BulkItemState, {
  name: 'BulkItemState',
  description: 'What became of one row of a bulk job.',
  valuesConfig: {
    PENDING: { description: 'Not yet.' },
    DONE: { description: 'The provider has it as was asked.' },
    FAILED: { description: 'The provider refused or could not be asked; `retryBulkJob` tries it again.' },
    SKIPPED: { description: 'Not to be done to this record, and trying again would change nothing.' },
    UNKNOWN: { description: 'No answer came however often it was tried, so that it may have been done.' },
  },
})

@ObjectType('BulkItem', { simpleResolvers: true, description: 'One record of a bulk job, and what became of it.' })
export class BulkItem {
  @Field(() => BulkItemState)
  readonly state!: string

  @Field(() => UserErrorCode, { nullable: true, description: 'Why it was not done; null when it was, or not yet.' })
  readonly code!: string | null

  @Field(() => String, { nullable: true, description: 'The field of the job’s `input` that is at fault, if one is.' })
  readonly field!: string | null

  @Field(() => String, { nullable: true, description: 'The same as `code`, in words.' })
  readonly message!: string | null

  @Field(() => GraphQLDateTimeISO, { nullable: true, description: 'When it ended; null while it waits.' })
  readonly at!: Date | null
}

/** Pages of the rows of a job. */
export const bulkItemPages = connectionOf('BulkItem', () => BulkItem)

@ObjectType('BulkJob', {
  implements: Node,
  simpleResolvers: true,
  description: 'Something that was asked of many records at once, and how it gets on.',
})
export class BulkJob {
  @Field(() => ID)
  readonly id!: string

  @Field(() => BulkAction)
  readonly action!: string

  @Field(() => BulkKind)
  readonly kind!: string

  @Field(() => BulkJobState)
  readonly state!: string

  @Field(() => Int, { description: 'How many records it is about.' })
  readonly total!: number

  @Field(() => Int, { description: 'Rows that were done.' })
  readonly done!: number

  @Field(() => Int, { description: 'Rows that the provider refused, or that could not be asked for.' })
  readonly failed!: number

  @Field(() => Int, { description: 'Rows to which it is not to be done.' })
  readonly skipped!: number

  @Field(() => Int, { description: 'Rows of which nobody knows.' })
  readonly unknown!: number

  @Field(() => GraphQLDateTimeISO)
  readonly createdAt!: Date

  @Field(() => GraphQLDateTimeISO, { nullable: true, description: 'When its first row ended.' })
  readonly startedAt!: Date | null

  @Field(() => GraphQLDateTimeISO, { nullable: true, description: 'When its last row ended, or it was cancelled.' })
  readonly finishedAt!: Date | null
}

/** Pages of jobs. */
export const bulkJobPages = connectionOf('BulkJob', () => BulkJob)

/** What a mutation about jobs answers. */
@ObjectType({ simpleResolvers: true })
export class BulkJobPayload {
  @Field(() => BulkJob, { nullable: true, description: 'As it now stands; null when there is none.' })
  readonly job!: StoredJob | null

  @Field(() => [UserError], { description: 'Empty when it was done.' })
  readonly userErrors!: readonly UserError[]
}

@Resolver(() => BulkJob)
class BulkJobResolver {
  @FieldResolver(() => ID)
  id(@Root() { id }: StoredJob): string {
    return toNodeId('bulkJob', id)
  }

  @FieldResolver(() => Member, { nullable: true, description: 'Who asked for it; null when they are gone.' })
  async createdBy(@Root() job: StoredJob, @Ctx() { services }: SubgraphContext): Promise<Member | null> {
    const member = job.memberId && (await services.store.members.find(job.workspaceId, job.memberId))
    return member ? toMember(member) : null
  }
}

@Resolver(() => BulkItem)
class BulkItemResolver {
  @FieldResolver(() => ID, { description: 'Of the record, also when it is gone.' })
  id(@Root() { kind, rowId }: StoredItem): string {
    return toNodeId(kind, rowId)
  }

  @FieldResolver(() => Node, { nullable: true, description: 'The record as it now stands; null when it is gone.' })
  record(@Root() { kind, rowId }: StoredItem, @Ctx() { reader }: SubgraphContext): Promise<Stub | null> {
    return reader.byId(kind, rowId)
  }
}

/** The resolvers of what a job is. */
export const bulkTypeResolvers: readonly ClassType[] = [
  BulkJobResolver,
  BulkItemResolver,
  bulkItemPages.resolver,
  bulkJobPages.resolver,
]
