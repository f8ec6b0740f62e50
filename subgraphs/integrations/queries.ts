import { Arg, Args, Ctx, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql'
import { GraphQLDateTimeISO } from 'graphql-scalars'
import { fromNodeId, toNodeId } from '../../store/id.ts'
import type { Integration as StoredIntegration } from '../../store/integrations.ts'
import type { Page } from '../../store/read.ts'
import type { SubgraphContext } from '../context.ts'
import { PageArgs, toPageRequest } from '../interfaces/page.ts'
import { IntegrationFilter } from './filter.ts'
import { pageOf } from '../interfaces/page-of.ts'
import { streamsOf } from './progress.ts'
import { IntegrationQuota, integrationQuota } from './quota.ts'
import { Integration, integrationPages, StreamProgress } from './types.ts'
import { IntegrationWebhook, webhookOf } from './webhook.ts'

/** Which accounts are connected, and how each stands. */
@Resolver(() => Integration)
export class IntegrationResolver {
  @Query(() => integrationPages.Connection, { description: 'The accounts that are or were connected, oldest first.' })
  async integrations(
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => IntegrationFilter, { nullable: true }) filter: IntegrationFilter | null,
    @Ctx() { services, viewer }: SubgraphContext,
  ): Promise<Page<StoredIntegration>> {
    const all = await services.store.integrations.list(viewer.workspaceId)
    const rows = all.filter(
      (row) => (filter?.providers?.includes(row.provider) ?? true) && (filter?.status?.includes(row.status) ?? true),
    )
    return pageOf(rows, toPageRequest(page))
  }

  @Query(() => Integration, { nullable: true, description: 'One of them; null when there is no such one.' })
  integration(@Arg('id', () => ID) id: string, @Ctx() context: SubgraphContext): Promise<StoredIntegration | null> {
    const named = fromNodeId(id)
    if (named?.kind !== 'integration') return Promise.resolve(null)
    return context.services.store.integrations.find(context.viewer.workspaceId, named.uuid)
  }

  @FieldResolver(() => ID)
  id(@Root() row: StoredIntegration): string {
    return toNodeId('integration', row.id)
  }

  @FieldResolver(() => String, { nullable: true })
  region(@Root() row: StoredIntegration): string | null {
    return row.settings.region
  }

  @FieldResolver(() => String, { nullable: true })
  webhookUrl(@Root() { provider }: StoredIntegration, @Ctx() { services }: SubgraphContext): string | null {
    const webhook = services.connectors.get(provider)?.webhook
    return webhook?.addressee === 'app' ? services.webhookUrl(provider) : null
  }

  @FieldResolver(() => IntegrationWebhook, { nullable: true })
  webhook(@Root() row: StoredIntegration, @Ctx() context: SubgraphContext): Promise<IntegrationWebhook | null> {
    return webhookOf(context, row)
  }

  @FieldResolver(() => IntegrationQuota, { nullable: true })
  quota(@Root() row: StoredIntegration, @Ctx() { services }: SubgraphContext): Promise<IntegrationQuota | null> {
    return integrationQuota(services, row)
  }

  @FieldResolver(() => [StreamProgress])
  streams(@Root() row: StoredIntegration, @Ctx() { services }: SubgraphContext): Promise<readonly StreamProgress[]> {
    return streamsOf(services, row)
  }

  @FieldResolver(() => Boolean)
  async syncing(@Root() row: StoredIntegration, @Ctx() { services }: SubgraphContext): Promise<boolean> {
    return (await streamsOf(services, row)).some((stream) => stream.state === 'RUNNING')
  }

  @FieldResolver(() => GraphQLDateTimeISO, { nullable: true })
  async syncedAt(@Root() row: StoredIntegration, @Ctx() { services }: SubgraphContext): Promise<Date | null> {
    const ends = (await streamsOf(services, row)).map((stream) => stream.completedAt?.getTime() ?? null)
    const known = ends.filter((end) => end !== null)
    return known.length === ends.length && known.length > 0 ? new Date(Math.min(...known)) : null
  }
}
