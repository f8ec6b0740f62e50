/** A date as PostgreSQL reads it: ISO 8601, but for signed and six-digit years, which it does not know. */
export function toTimestamp(date: Date): string {
  const iso = date.toISOString()
  const year = date.getUTCFullYear()
  if (year >= 1 && year <= 9_999) return iso
  const rest = iso.slice(iso.indexOf('-', 1))
  return year > 0 ? `${year}${rest}` : `${String(1 - year).padStart(4, '0')}${rest} BC`
}
