import {
  Arg,
  Args,
  type ClassType,
  Ctx,
  Field,
  FieldResolver,
  ID,
  ObjectType,
  Query,
  Resolver,
  Root,
  Subscription,
} from 'type-graphql'
import { GraphQLDateTimeISO } from 'graphql-scalars'
import type { BulkItem as StoredItem, BulkItemState as State, BulkJob as StoredJob } from '../../store/bulk/job.ts'
import type { BulkPageRequest } from '../../store/bulk/lists.ts'
import type { Told } from '../../store/change.ts'
import type { Page } from '../../store/read.ts'
import type { SubgraphContext } from '../context.ts'
import { badUserInput } from '../errors.ts'
import { aboutRow, follow } from '../follow.ts'
import { ChangeType } from '../interfaces/events.ts'
import { Gap, GAP_FIELD, ID_FIELD, toChangeType, toGap, toRecordId } from '../interfaces/told.ts'
import { PageArgs, toPageRequest } from '../interfaces/page.ts'
import { BulkItemState, bulkItemPages, BulkJob, bulkJobPages } from './bulk-types.ts'

function forwards(page: PageArgs): BulkPageRequest {
  const { first, after } = toPageRequest(page)
  if (first === undefined) throw badUserInput('last: this list is paged forwards only; use first')
  return { first, after: after ?? null }
}

/** The jobs of a workspace, and their rows. */
@Resolver(() => BulkJob)
class BulkListResolver {
  @Query(() => bulkJobPages.Connection, { description: 'Bulk jobs, newest first. Paged forwards only.' })
  bulkJobs(
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() { services, viewer }: SubgraphContext,
  ): Promise<Page<StoredJob>> {
    return services.store.bulk.page(viewer.workspaceId, forwards(page))
  }

  @FieldResolver(() => bulkItemPages.Connection, {
    description: 'What became of each record, in the order in which they are worked. Paged forwards only.',
  })
  items(
    @Root() job: StoredJob,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('state', () => [BulkItemState], { nullable: true, description: 'Only rows that stand like this.' })
    states: readonly State[] | null,
    @Ctx() { services }: SubgraphContext,
  ): Promise<Page<StoredItem>> {
    return services.store.bulk.items(job, { ...forwards(page), states })
  }
}

@ObjectType({ simpleResolvers: true, description: 'A bulk job began, got on, or ended.' })
class BulkJobEvent {
  @Field(() => String, { description: 'The place in the log: give it as `after` to go on from here.' })
  readonly cursor!: string

  @Field(() => GraphQLDateTimeISO, { description: 'When Switchboard stored it.' })
  readonly at!: Date
}

interface FollowedJob {
  readonly id?: string | null
  readonly after?: string | null
}

@Resolver(() => BulkJobEvent)
class BulkEventResolver {
  @FieldResolver(() => Gap, { nullable: true, description: GAP_FIELD })
  gap(@Root() told: Told): Gap | null {
    return toGap(told, ['bulkJobs'])
  }

  @FieldResolver(() => ChangeType)
  type(@Root() told: Told): string {
    return toChangeType(told)
  }

  @FieldResolver(() => ID, { nullable: true, description: ID_FIELD })
  id(@Root() told: Told): string | null {
    return toRecordId(told, 'bulkJob')
  }

  @FieldResolver(() => BulkJob, { nullable: true, description: 'As it now stands; null when it is kept no longer.' })
  async job(@Root() told: Told, @Ctx() { services, viewer }: SubgraphContext): Promise<StoredJob | null> {
    return told.kind === 'gap' ? null : services.store.bulk.find(viewer.workspaceId, told.rowId)
  }

  @Subscription(() => BulkJobEvent, {
    subscribe: ({ args, context }: { args: FollowedJob; context: SubgraphContext }) =>
      follow(context, {
        kind: 'bulkJob',
        after: args.after,
        providers: null,
        includeBackfill: true,
        about: aboutRow('id', 'bulkJob', args.id, 'rowId'),
      }),
    description: 'How bulk jobs get on: at most once a second for each, and when it ends.',
  })
  bulkJobUpdated(
    @Root() told: Told,
    @Arg('id', () => ID, { nullable: true, description: 'Only this job.' }) _id: string | null,
    @Arg('after', () => String, {
      nullable: true,
      description: 'The `cursor` of the last event that was seen: what came since then is sent first.',
    })
    _after: string | null,
  ): Told {
    return told
  }
}

/** The resolvers of lists and events of jobs. */
export const bulkListResolvers: readonly ClassType[] = [BulkListResolver, BulkEventResolver]
