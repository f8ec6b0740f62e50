import { Migration } from '@mikro-orm/migrations'

/** What providers tell of how far messages got, and what of a send it is held against. */
export class Receipts extends Migration {
  override up(): void {
    // Of a message, or of all that was said in a thread not later than `until`.
    this.addSql(`create table receipt (
      integration_id uuid not null references integration on delete cascade,
      kind text not null check (kind in ('message', 'conversation', 'ticket')), remote_id text not null,
      state text not null check (state in ('DELIVERED', 'READ')),
      workspace_id uuid not null references workspace on delete cascade,
      until timestamptz, told_at timestamptz not null default clock_timestamp(),
      primary key (integration_id, kind, remote_id, state), check ((kind = 'message') = (until is null))
    )`)
    this.addSql(`create index on receipt (told_at)`)
    this.addSql(`alter table receipt enable row level security`)
    this.addSql(`create policy own on receipt to switchboard_app
      using (workspace_id = app_workspace()) with check (workspace_id = app_workspace())`)
    this.addSql(`grant select, insert, update, delete on receipt to switchboard_app`)
    // The thread in which it was said, as kind and remote id, and when, by the provider's clock.
    this.addSql(`alter table send add column said_in jsonb, add column said_at timestamptz`)
    this.addSql(`create index on send (integration_id, (said_in ->> 'remoteId')) where state in ('SENT', 'DELIVERED')`)
  }
}
