import { Migration } from '@mikro-orm/migrations'

/** Says of a token what it may be used for, by the names that supergraphs have for it. */
export class TokenScopes extends Migration {
  override up(): void {
    this.addSql(`alter table token add column scopes text[] not null default '{}'`)
  }
}
