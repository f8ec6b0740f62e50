import { Migration } from '@mikro-orm/migrations'

/**
 * Makes the times that lists are sorted by so that cursors are looked up by them.
 *
 * They were `coalesce(…)`. PostgreSQL does not know that to be leakproof, so that under row-level security a cursor was
 * compared with every row before it: the further down a list, the slower its pages. A `case` it does know.
 */
export class ListKeys extends Migration {
  override up(): void {
    this.addSql(`do $do$
      declare each record;
      begin
        for each in
          select indexname as name, indexdef as definition from pg_indexes
          where schemaname = current_schema() and indexdef ~ 'COALESCE\\(\\w+, ''-?infinity''::'
        loop
          execute format('drop index %I', each.name);
          execute regexp_replace(
            replace(each.definition, '_coalesce_', '_key_'),
            'COALESCE\\((\\w+), (''-?infinity''::timestamp with time zone)\\)',
            '(case when \\1 is null then \\2 else \\1 end)',
            'g');
        end loop;
        for each in
          select pg_get_functiondef(p.oid) as definition from pg_proc p
          where p.pronamespace = current_schema()::regnamespace and p.proname like '%\\_matching'
        loop
          execute replace(each.definition, 'coalesce(t.created_at, ''-infinity''::timestamptz)',
            'case when t.created_at is null then ''-infinity''::timestamptz else t.created_at end');
        end loop;
      end $do$`)
  }
}
