import { Migration } from '@mikro-orm/migrations'

/** What numbers are counted by and of besides how things went: business hours, and indexes that hold all that is counted. */
export class BusinessHours extends Migration {
  override up(): void {
    this.addSql(`create table business_hours (
      workspace_id uuid primary key references workspace (id) on delete cascade,
      time_zone text not null, intervals jsonb not null, holidays date[] not null default '{}'
    )`)
    this.addSql(`alter table business_hours enable row level security`)
    this.addSql(`create policy own on business_hours to switchboard_app
      using (workspace_id = app_workspace()) with check (workspace_id = app_workspace())`)
    this.addSql(`grant select, insert, update, delete on business_hours to switchboard_app`)
    // A month of facts is read from the index alone. Tags are not in it: a thread may have more than an index takes.
    const counted = 'opened_at, team_id, agent_id, integration_id, provider, channel, thread_kind'
    this.addSql(`create index fact_at on fact (workspace_id, type, at) include (since, score, ${counted})`)
    this.addSql(`drop index if exists fact_workspace_id_type_at_idx`)
    // Long ago, what had begun by then is less than what has ended since; and it tells the earliest beginning.
    this.addSql(
      `create index fact_since on fact (workspace_id, type, since) include (at, ${counted}) where since is not null`,
    )
  }
}
