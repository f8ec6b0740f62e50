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

/** By which way each row was last observed. Of rows that are held it is not known. */
export class LearnedBy extends Migration {
  override up(): void {
    for (const table of TABLES) this.addSql(`alter table "${table}" add column learned_by text`)
  }
}
