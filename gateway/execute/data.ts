/** A JSON object as subgraphs answer it and steps merge it. */
export type Data = Record<string, unknown>

/** True for a JSON object: neither null, nor a list, nor a leaf. */
export function isData(value: unknown): value is Data {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
