import type { SubgraphParts } from '../schema.ts'
import { rowReference } from '../schema.ts'
import { providerNames } from '../provider-names.ts'
import { typeName } from '../names.ts'
import { BulkMutations } from './bulk.ts'
import { bulkListResolvers } from './bulk-lists.ts'
import { bulkTypeResolvers } from './bulk-types.ts'
import { BusinessHoursResolver, BusinessIntervalResolver } from './business-hours.ts'
import { customerEventResolvers } from './customer-events.ts'
import { customerReference, customerResolvers } from './customers.ts'
import { EventCursorResolver } from './event-cursor.ts'
import { HandlingMutations } from './handling.ts'
import { linkingResolvers } from './linking.ts'
import { ListResolver } from './lists.ts'
import { FreshNodeResolver } from './fresh.ts'
import { IntegrationStub, NodeResolver } from './nodes.ts'
import { payloads } from './payloads.ts'
import { PeopleMutations } from './people.ts'
import { relationResolvers } from './relations.ts'
import { searchResolvers } from './search.ts'
import { statsResolvers } from './stats.ts'
import { sendResolvers } from './sends.ts'
import { sendTypeResolvers } from './send-types.ts'
import { STUB_KINDS } from '../interfaces/stub.ts'
import { stubs } from './stubs.ts'
import { subscriptionResolvers } from './subscriptions.ts'
import { TaggingMutations } from './tagging.ts'
import { timelineResolvers } from './timeline.ts'
import { TicketMutations } from './ticketing.ts'
import { TicketRemovalMutations } from './ticket-removal.ts'
import { ViewerResolver } from './viewer.ts'
import { WritingMutations } from './writing.ts'

const stubClasses = Object.values(stubs)

/** What the `support` subgraph is made of: the unified graph over all providers of the registry. */
export const supportSubgraph: SubgraphParts = {
  name: 'support',
  resolvers: [
    ListResolver,
    NodeResolver,
    FreshNodeResolver,
    ViewerResolver,
    EventCursorResolver,
    WritingMutations,
    HandlingMutations,
    TaggingMutations,
    TicketMutations,
    TicketRemovalMutations,
    PeopleMutations,
    BulkMutations,
    ...bulkTypeResolvers,
    ...bulkListResolvers,
    ...sendTypeResolvers,
    ...sendResolvers,
    BusinessHoursResolver,
    BusinessIntervalResolver,
    ...Object.values(payloads).map((payload) => payload.resolver),
    ...relationResolvers,
    ...customerResolvers,
    ...timelineResolvers,
    ...linkingResolvers,
    ...customerEventResolvers,
    ...searchResolvers,
    ...statsResolvers,
    ...subscriptionResolvers,
    ...stubClasses.flatMap((classes) => [classes.idResolver, classes.resolver]),
  ],
  types: [IntegrationStub, ...stubClasses.flatMap((classes) => classes.types)],
  references: {
    Customer: customerReference,
    ...Object.fromEntries(
      STUB_KINDS.flatMap((kind) =>
        providerNames.map((provider) => [typeName(provider, kind), rowReference(kind)] as const),
      ),
    ),
  },
}
