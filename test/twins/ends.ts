import type { RunningTwin } from '../../twins/running.ts'
import type { stateFolder } from './state-folder.ts'

/** Something done at a twin, and what it answers. */
export type Doing<Twin extends RunningTwin> = (twin: Twin) => Promise<unknown>

/** A call of the control API. */
export function control(path: string, body: Record<string, unknown>): Doing<RunningTwin> {
  return (twin) => twin.control('POST', path, body)
}

/** What a twin that ends over and over is compared by. */
export interface Lives<Twin extends RunningTwin> {
  /** One that never ends, and keeps nothing. */
  readonly steady: Twin
  readonly folder: ReturnType<typeof stateFolder>
  /** Starts the other one over a folder. */
  readonly start: (statePath: string) => Promise<Twin>
  /** All that can be seen of a twin. */
  readonly everything: (twin: Twin) => Promise<unknown>
}

/** What was seen of both, in the same order: it must be the same. */
export interface Seen {
  readonly steady: readonly unknown[]
  readonly ended: readonly unknown[]
}

/** Does one thing after the other at both, and ends the other after each: by turns it is killed and ended well. */
export async function seenThroughEnds<Twin extends RunningTwin>(
  { steady, folder, start, everything }: Lives<Twin>,
  doings: readonly Doing<Twin>[],
): Promise<Seen> {
  const seen = { steady: new Array<unknown>(), ended: new Array<unknown>() }
  let statePath = folder.path
  let twin = await start(statePath)
  for (const [index, doing] of doings.entries()) {
    seen.steady.push(await doing(steady))
    seen.ended.push(await doing(twin))
    if (index % 2 === 0) statePath = folder.leaveBehind(statePath)
    await twin.close()
    twin = await start(statePath)
  }
  seen.steady.push(await everything(steady))
  seen.ended.push(await everything(twin))
  await twin.close()
  return seen
}

/** Lets both work for many steps, kills the other, and lets both go on. */
export async function seenAfterAKill<Twin extends RunningTwin>(
  { steady, folder, start, everything }: Lives<Twin>,
  by: { readonly steps: number; readonly move: (twin: Twin, step: number) => unknown },
): Promise<Seen> {
  await using killed = await start(folder.path)
  for (let step = 0; step < by.steps; step += 1) {
    for (const twin of [steady, killed]) {
      by.move(twin, step)
      twin.stepTraffic()
    }
  }
  await using twin = await start(folder.leaveBehind(folder.path))
  const seenOf = async (one: Twin): Promise<unknown[]> => {
    const before = await everything(one)
    const steps = Array.from({ length: 50 }, () => one.stepTraffic())
    return [before, steps, await everything(one)]
  }
  return { steady: await seenOf(steady), ended: await seenOf(twin) }
}
