/** Adds a parameter to a statement and answers its `$n`. */
export type Bind = (value: unknown) => string

/** A statement's parameters, which begin with those that are given, and what adds one. */
export function parameters(...given: readonly unknown[]): { readonly values: unknown[]; readonly bind: Bind } {
  const values = [...given]
  return { values, bind: (value) => `$${values.push(value)}` }
}
