/** Reads a time in Unix seconds; null stays null, and a time that was not told is null too. */
export function fromUnixSeconds(seconds: number): Date
export function fromUnixSeconds(seconds: number | null | undefined): Date | null
export function fromUnixSeconds(seconds: number | null | undefined): Date | null {
  return seconds === null || seconds === undefined ? null : new Date(seconds * 1000)
}

/** A time in whole Unix seconds, rounded down; null stays null. */
export function toUnixSeconds(at: Date): number
export function toUnixSeconds(at: Date | null): number | null
export function toUnixSeconds(at: Date | null): number | null {
  return at === null ? null : Math.floor(at.getTime() / 1000)
}
