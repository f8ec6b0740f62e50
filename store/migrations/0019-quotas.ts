import { Migration } from '@mikro-orm/migrations'

/** What all processes know together of the quotas of accounts. */
export class Quotas extends Migration {
  override up(): void {
    // Rewritten many times a second, and small: most of a page stays free, so that a new version lies beside the old one.
    this.addSql(`create table quota (
      integration_id uuid primary key references integration on delete cascade,
      workspace_id uuid not null references workspace on delete cascade,
      version bigint not null,
      state jsonb not null,
      updated_at timestamptz not null
    ) with (fillfactor = 20)`)
    // No grant: it is the engines' alone.
    this.addSql(`alter table quota enable row level security`)
    this.addSql(`create policy own on quota to switchboard_app
      using (workspace_id = app_workspace()) with check (workspace_id = app_workspace())`)
  }
}
