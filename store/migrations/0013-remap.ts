import { Migration } from '@mikro-orm/migrations'

/** Kinds as this migration knew them. */
const TABLES = [
  'agent',
  'team',
  'tag',
  'company',
  'contact',
  'conversation',
  'ticket',
  'message',
  'rating',
  'definition',
  'timeEntry',
]

/** What mapping stored records anew needs: what came beside each, a way through those of an integration, and how far a run is. */
export class Remap extends Migration {
  override up(): void {
    for (const table of TABLES) {
      this.addSql(`alter table "${table}" add column beside jsonb`)
      // In place of the index by integration alone, which it serves as well.
      this.addSql(`create index on "${table}" (integration_id, id)`)
      this.addSql(`drop index "${table}_integration_id_idx"`)
    }
    this.addSql(`create table remap_position (
      integration_id uuid not null references integration on delete cascade, kind text not null,
      workspace_id uuid not null references workspace on delete cascade, after_id uuid,
      read integer not null default 0, changed integer not null default 0, failed integer not null default 0,
      done boolean not null default false, primary key (integration_id, kind)
    )`)
    this.addSql(`alter table remap_position enable row level security`)
    this.addSql(`create policy own on remap_position to switchboard_app
      using (workspace_id = app_workspace()) with check (workspace_id = app_workspace())`)
    this.addSql(`grant select, insert, update, delete on remap_position to switchboard_app`)
  }
}
