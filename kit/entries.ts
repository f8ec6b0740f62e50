/**
 * The entries of a record, by name: in which order a provider wrote them is not kept when the record is stored, so that no
 * mapping may go by it.
 */
export const entriesByName = <Value>(record: Readonly<Record<string, Value>> | null | undefined): [string, Value][] =>
  Object.entries(record ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1))
