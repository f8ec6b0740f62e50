import type { ChildProcess } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

/** How much of the machine's memory a process holds. Of Linux alone. */
export function residentBytes({ pid }: ChildProcess): number {
  const [, kib = 'NaN'] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(kib) * 1_024
}

/** How long all threads of a process have run so far. Of Linux alone. */
export function cpuMs({ pid }: ChildProcess): number {
  const threads = readdirSync(`/proc/${pid}/task`)
  const ranNs = threads.map((id) => Number(readFileSync(`/proc/${pid}/task/${id}/schedstat`, 'utf8').split(' ')[0]))
  return ranNs.reduce((sum, ns) => sum + ns, 0) / 1e6
}

const LOOK_EVERY_MS = 500
const IDLE_MS = 15

/** Waits until processes do next to nothing. Of Linux alone. */
export async function untilIdle(children: readonly ChildProcess[]): Promise<void> {
  const sum = (): number => children.reduce((total, child) => total + cpuMs(child), 0)
  for (let before = sum(), now: number; ; before = now) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS))
    now = sum()
    if (now - before < IDLE_MS * children.length) return
  }
}
