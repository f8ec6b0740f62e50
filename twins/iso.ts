/** A moment as providers write it: ISO 8601 in UTC, whole seconds. */
export function iso(at: Date): string {
  return `${at.toISOString().slice(0, 19)}Z`
}

/** A moment some seconds after another. */
export function later(from: string, seconds: number): string {
  return iso(new Date(Date.parse(from) + seconds * 1_000))
}
