import { Migration } from '@mikro-orm/migrations'

/** Until when events were pruned, beside up to where; and a log that is pruned all the time is cleaned as often. */
export class EventRetention extends Migration {
  override up(): void {
    this.addSql(`alter table event_floor add column at timestamptz`)
    this.addSql(`alter table event set (autovacuum_vacuum_scale_factor = 0.02)`)
  }
}
