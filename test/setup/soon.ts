/**
 * How long a test waits for what is to come: `vi.waitFor(…, SOON)`.
 *
 * It tells a hang from a busy machine and says nothing of speed: nothing that passes waits for it.
 */
export const SOON = { timeout: 60_000, interval: 20 }

/** The same for what takes many steps: a process that starts, and a sync. */
export const LATER = { timeout: 300_000, interval: 20 }
