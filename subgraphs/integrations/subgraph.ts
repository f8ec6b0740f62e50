import { fromNodeId } from '../../store/id.ts'
import type { SubgraphParts } from '../schema.ts'
import { ActivityResolver, activityPages } from './activity.ts'
import { AuditMutations, CompletenessResolver } from './completeness.ts'
import { CatalogueResolver } from './catalogue.ts'
import { deliveryPages, DeliveryResolver } from './deliveries.ts'
import { EndpointMutations } from './endpoint-mutations.ts'
import { attemptPages } from './endpoint-types.ts'
import { EndpointResolver } from './endpoints.ts'
import { IntegrationMutations } from './mutations.ts'
import { IntegrationResolver } from './queries.ts'
import { ReplayMutations } from './replaying.ts'
import { IntegrationEventResolver } from './subscriptions.ts'
import { integrationPages } from './types.ts'
import { WebhookMutations } from './webhook-mutations.ts'

/** What the `integrations` subgraph is made of: connecting accounts, their health, and what was done. */
export const integrationsSubgraph: SubgraphParts = {
  name: 'integrations',
  resolvers: [
    CatalogueResolver,
    IntegrationResolver,
    IntegrationMutations,
    AuditMutations,
    CompletenessResolver,
    WebhookMutations,
    EndpointResolver,
    EndpointMutations,
    attemptPages.resolver,
    IntegrationEventResolver,
    ActivityResolver,
    DeliveryResolver,
    ReplayMutations,
    deliveryPages.resolver,
    integrationPages.resolver,
    activityPages.resolver,
  ],
  types: [],
  references: {
    Integration: async ({ id }, { services, viewer }) => {
      const found = fromNodeId(id)
      if (found?.kind !== 'integration') return null
      const row = await services.store.integrations.find(viewer.workspaceId, found.uuid)
      // The federation library writes the type's name into what it is given, and rows are frozen.
      return row && { ...row }
    },
  },
}
