import { Arg, Args, Ctx, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql'
import { fromNodeId, toNodeId } from '../../store/id.ts'
import { type Attempt, type Endpoint, MOST_ENDPOINTS } from '../../store/outgoing/endpoints.ts'
import type { Page } from '../../store/read.ts'
import type { SubgraphContext } from '../context.ts'
import { badUserInput, requireRole } from '../errors.ts'
import { PageArgs, toPageRequest } from '../interfaces/page.ts'
import { attemptPages, WebhookEndpoint } from './endpoint-types.ts'

/** Null when the id is of no endpoint, or of another workspace's. */
export async function findEndpoint({ services, viewer }: SubgraphContext, id: string): Promise<Endpoint | null> {
  const named = fromNodeId(id)
  if (named?.kind !== 'webhookEndpoint') return null
  return services.store.endpoints.find(viewer.workspaceId, named.uuid)
}

/** Endpoints of outgoing webhooks, and how their tries went. */
@Resolver(() => WebhookEndpoint)
export class EndpointResolver {
  @Query(() => [WebhookEndpoint], {
    description: `The workspace’s endpoints of outgoing webhooks, oldest first: ${MOST_ENDPOINTS} at most. Needs ADMIN.`,
  })
  webhookEndpoints(@Ctx() context: SubgraphContext): Promise<readonly Endpoint[]> {
    requireRole(context, 'ADMIN')
    return context.services.store.endpoints.list(context.viewer.workspaceId)
  }

  @Query(() => WebhookEndpoint, {
    nullable: true,
    description: 'One of them; null when there is no such one. Needs ADMIN.',
  })
  webhookEndpoint(@Arg('id', () => ID) id: string, @Ctx() context: SubgraphContext): Promise<Endpoint | null> {
    requireRole(context, 'ADMIN')
    return findEndpoint(context, id)
  }

  @FieldResolver(() => ID)
  id(@Root() row: Endpoint): string {
    return toNodeId('webhookEndpoint', row.id)
  }

  @FieldResolver(() => attemptPages.Connection, {
    description: 'How tries went in the last 30 days, newest first. Paged forwards only.',
  })
  attempts(
    @Root() row: Endpoint,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() { services }: SubgraphContext,
  ): Promise<Page<Attempt>> {
    const { first, after } = toPageRequest(page)
    if (first === undefined) throw badUserInput('last: attempts are paged forwards only; use first')
    return services.store.endpoints.attempts(row, { first, after: after ?? null })
  }
}
