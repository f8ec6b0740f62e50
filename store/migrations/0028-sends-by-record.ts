import { Migration } from '@mikro-orm/migrations'

/** Which send a message was made by, and which send a receipt of a message is about, without looking through all of an account. */
export class SendsByRecord extends Migration {
  override up(): void {
    this.addSql(
      `create index on send (integration_id, (result ->> 'remoteId')) where state in ('SENT', 'DELIVERED', 'READ')`,
    )
  }
}
