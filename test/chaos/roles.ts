import { setTimeout as wait } from 'node:timers/promises'
import { clockOff } from '../e2e/clock-off.ts'
import type { Process, Program } from '../e2e/program.ts'
import { freePort } from '../e2e/program.ts'
import type { RoleName } from '../../config.ts'

/** A process of the product that is killed now and then, and comes back on the same port. */
export interface Part {
  readonly name: string
  readonly url: string
  /** How far the clock of its process is off. */
  readonly offMs: number
  /** Kills it and starts it again after a pause, with a clock that is right or so far off; ends when it listens. */
  kill(pauseMs: number, offMs?: number): Promise<void>
  /** Ends it for good. */
  end(): Promise<void>
  /** Everything that its processes wrote. */
  lines(): readonly string[]
  /** How its processes ended that nobody killed: none should. */
  readonly fell: readonly string[]
}

/** Which processes there are: several of each where several may be. */
export const PARTS: readonly (readonly [name: string, role: RoleName])[] = [
  ['gateway-a', 'gateway'],
  ['gateway-b', 'gateway'],
  ['subgraphs', 'subgraphs'],
  ['ingest-a', 'ingest'],
  ['ingest-b', 'ingest'],
]

/** Starts every process with these settings, each with a port of its own. */
export async function openParts(
  program: Program,
  settings: Readonly<Record<string, string>>,
): Promise<ReadonlyMap<string, Part>> {
  const ports = new Map<string, string>()
  for (const [name] of PARTS) ports.set(name, await freePort())
  const at = (name: string): string => `http://127.0.0.1:${ports.get(name)}`
  const all = {
    ...settings,
    SWITCHBOARD_SUBGRAPHS_URL: at('subgraphs'),
    SWITCHBOARD_INGEST_URL: at('ingest-a'),
  }
  const parts = new Map<string, Part & { readonly listening: Promise<unknown> }>()
  for (const [name, role] of PARTS) {
    const start = (offMs: number): Process =>
      program.run(role, { ...all, PORT: ports.get(name) ?? '', ...(offMs !== 0 && clockOff(program, offMs)) })
    parts.set(name, openPart({ name, url: at(name), start }))
  }
  await Promise.all([...parts.values()].map((part) => part.listening))
  return parts
}

interface Starting {
  readonly name: string
  readonly url: string
  readonly start: (offMs: number) => Process
}

function openPart({ name, url, start }: Starting): Part & { readonly listening: Promise<unknown> } {
  const all: Process[] = []
  const fell: string[] = []
  let isKilled = false
  let off = 0
  const begin = (): Process => {
    const process = start(off)
    all.push(process)
    isKilled = false
    void process.ended.then((code) => {
      if (!isKilled && code !== 0)
        fell.push(`${name} ended by itself with ${code}: ${process.lines.slice(-3).join(' | ')}`)
    })
    return process
  }
  let running = begin()
  return {
    name,
    url,
    fell,
    get offMs() {
      return off
    },
    listening: running.listening(),
    lines: () => all.flatMap(({ lines }) => lines),
    async end() {
      isKilled = true
      await running.end('SIGTERM')
    },
    async kill(pauseMs, offMs = 0) {
      isKilled = true
      await running.end('SIGKILL')
      await wait(pauseMs)
      off = offMs
      running = begin()
      await running.listening()
    },
  }
}
