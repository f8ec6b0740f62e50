import { Migration } from '@mikro-orm/migrations'

/** Deliveries that are not done, which are few among those that are; and those that wait for their account, oldest first. */
export class OpenDeliveries extends Migration {
  override up(): void {
    this.addSql(`create index delivery_of_integration_open on delivery (integration_id, received_at desc, id desc)
      where integration_id is not null and status <> 'DONE'`)
    this.addSql(`create index delivery_of_account_open on delivery (provider, account_id, received_at desc, id desc)
      where integration_id is null and status <> 'DONE'`)
    this.addSql(`drop index delivery_unknown`)
    this.addSql(`create index delivery_unknown on delivery (provider, account_id, received_at, id)
      where integration_id is null and status = 'UNKNOWN_ACCOUNT'`)
  }
}
