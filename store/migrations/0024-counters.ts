import { Migration } from '@mikro-orm/migrations'

/** What providers' own counters said between audits, and how that compared with what was held. */
export class Counters extends Migration {
  override up(): void {
    // `said` waits to be compared; `counted` to `apart` is the last comparison; `settled` what an audit left standing.
    this.addSql(`create table audit_count (
      integration_id uuid not null references integration on delete cascade, stream text not null,
      workspace_id uuid not null references workspace on delete cascade, asked_at timestamptz not null,
      said integer, said_at timestamptz,
      counted integer, counted_at timestamptz, held integer, apart integer, settled integer not null default 0,
      wanted_at timestamptz, wanted_for integer,
      primary key (integration_id, stream)
    )`)
    this.addSql(`alter table audit_count enable row level security`)
    this.addSql(`create policy own on audit_count to switchboard_app
      using (workspace_id = app_workspace()) with check (workspace_id = app_workspace())`)
    this.addSql(`grant select, insert, update, delete on audit_count to switchboard_app`)
  }
}
