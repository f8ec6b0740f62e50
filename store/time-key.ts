/**
 * SQL of a time of the table `t` as lists sort it, where a row without one stands before or after all others.
 *
 * It is a `case`, since PostgreSQL holds `coalesce` for something that may leak rows, and so looks up no index by it under
 * row-level security. Source: contain_leaked_vars_walker in src/backend/optimizer/util/clauses.c, PostgreSQL 18.
 */
export const timeKey = (column: string, none: '-infinity' | 'infinity'): string =>
  `case when t.${column} is null then '${none}'::timestamptz else t.${column} end`
