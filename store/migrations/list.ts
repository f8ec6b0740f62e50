import { ControlPlane } from './0001-control-plane.ts'
import { Mirror } from './0002-mirror.ts'
import { Definitions } from './0003-definitions.ts'
import { Webhooks } from './0004-webhooks.ts'
import { DeskLists } from './0005-desk-lists.ts'
import { TokenScopes } from './0006-token-scopes.ts'
import { ListKeys } from './0007-list-keys.ts'
import { ToldByProvider } from './0008-told-by-provider.ts'
import { Facts } from './0009-facts.ts'
import { Identity } from './0010-identity.ts'
import { Search } from './0011-search.ts'
import { Bulk } from './0012-bulk.ts'
import { Remap } from './0013-remap.ts'
import { BusinessHours } from './0014-business-hours.ts'
import { DeliveryLists } from './0015-delivery-lists.ts'
import { Ledger } from './0016-ledger.ts'
import { Outbox } from './0017-outbox.ts'
import { EventRetention } from './0018-event-retention.ts'
import { Quotas } from './0019-quotas.ts'
import { OutgoingWebhooks } from './0020-outgoing-webhooks.ts'
import { SearchBounds } from './0021-search-bounds.ts'
import { OpenDeliveries } from './0026-open-deliveries.ts'

/** Every migration, in order. A name is forever: it is what the database remembers. */
export const MIGRATIONS = [
  { name: '0001-control-plane', class: ControlPlane },
  { name: '0002-mirror', class: Mirror },
  { name: '0003-definitions', class: Definitions },
  { name: '0004-webhooks', class: Webhooks },
  { name: '0005-desk-lists', class: DeskLists },
  { name: '0006-token-scopes', class: TokenScopes },
  { name: '0007-list-keys', class: ListKeys },
  { name: '0008-told-by-provider', class: ToldByProvider },
  { name: '0009-facts', class: Facts },
  { name: '0010-identity', class: Identity },
  { name: '0011-search', class: Search },
  { name: '0012-bulk', class: Bulk },
  { name: '0013-remap', class: Remap },
  { name: '0014-business-hours', class: BusinessHours },
  { name: '0015-delivery-lists', class: DeliveryLists },
  { name: '0016-ledger', class: Ledger },
  { name: '0017-outbox', class: Outbox },
  { name: '0018-event-retention', class: EventRetention },
  { name: '0019-quotas', class: Quotas },
  { name: '0020-outgoing-webhooks', class: OutgoingWebhooks },
  { name: '0021-search-bounds', class: SearchBounds },
  { name: '0026-open-deliveries', class: OpenDeliveries },
]
