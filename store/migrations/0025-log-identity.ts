import { Migration } from '@mikro-orm/migrations'

/** Which log of events this database has: cursors say it, so that one of another database is known as such. */
export class LogIdentity extends Migration {
  override up(): void {
    this.addSql(`create table event_log (
      identity bytea not null check (octet_length(identity) = 4),
      is_only boolean primary key default true check (is_only)
    )`)
    this.addSql(`insert into event_log (identity) values (substring(uuid_send(gen_random_uuid()) for 4))`)
    this.addSql(`grant select on event_log to switchboard_app`)
    this.addSql(`alter table event_log enable row level security`)
    this.addSql(`create policy everybody on event_log for select to switchboard_app using (true)`)
  }
}
