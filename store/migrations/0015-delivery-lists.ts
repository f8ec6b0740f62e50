import { Migration } from '@mikro-orm/migrations'

/** Deliveries in the order in which they are listed, and those of accounts that nobody had connected. */
export class DeliveryLists extends Migration {
  override up(): void {
    this.addSql(`create index delivery_of_integration on delivery (integration_id, received_at desc, id desc)
      where integration_id is not null`)
    this.addSql(`create index delivery_of_account on delivery (provider, account_id, received_at desc, id desc)
      where integration_id is null`)
    this.addSql(`drop index if exists delivery_integration_id_received_at_idx`)
    this.addSql(`drop index if exists delivery_provider_account_id_received_at_idx`)
    this.addSql(`create index delivery_unknown on delivery (provider, account_id) where status = 'UNKNOWN_ACCOUNT'`)
  }
}
