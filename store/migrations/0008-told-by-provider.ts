import { Migration } from '@mikro-orm/migrations'

/** What identity and numbers are derived from: proven addresses, told changes of status, and told reopenings. */
export class ToldByProvider extends Migration {
  override up(): void {
    this.addSql(`alter table contact add column email_verified boolean`)
    this.addSql(`alter table message add column status_to text`)
    this.addSql(`alter table ticket add column reopened_at timestamptz`)
  }
}
