/** The seconds since a moment of `performance.now()`. */
export const secondsSince = (startMs: number): number => (performance.now() - startMs) / 1_000
