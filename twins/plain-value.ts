/** A value of unknown JSON as text: a plain one as it reads, anything else as nothing. */
export function plainText(value: unknown): string {
  if (typeof value === 'string') return value
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : ''
}
