/** Milliseconds of the machine's own clock, which all its processes read alike and nobody sets. */
export const nowMs = (): number => Number(process.hrtime.bigint()) / 1e6
