import { Migration } from '@mikro-orm/migrations'

/** Sends that are done later than they were asked for: what they need for that, who has them in hand, and when they are due. */
export class Outbox extends Migration {
  override up(): void {
    this.addSql(`alter table send
      drop constraint send_state_check,
      add constraint send_state_check
        check (state in ('QUEUED', 'SENDING', 'SENT', 'DELIVERED', 'READ', 'FAILED', 'UNKNOWN')),
      add column number bigint not null generated always as identity,
      add column work jsonb, add column line text, add column deadline_at timestamptz,
      add column attempts integer not null default 0, add column looks integer not null default 0,
      add column claim uuid, add column began_at timestamptz, add column leased_until timestamptz,
      add column next_at timestamptz`)
    this.addSql(`update send set leased_until = created_at + interval '1 minute' where state = 'SENDING'`)
    this.addSql(`create index on send (workspace_id, number)`)
    // Few at a time: what is settled for good is in neither.
    this.addSql(`create index on send (integration_id, line, number)
      where state in ('QUEUED', 'SENDING') or (state = 'UNKNOWN' and next_at is not null)`)
    this.addSql(`create index on send (leased_until) where state = 'SENDING'`)
    this.addSql(
      `create index on send (integration_id, (result ->> 'remoteId')) where state in ('SENT', 'DELIVERED', 'READ')`,
    )
    this.addSql(`drop index send_created_at_idx`)
  }
}
