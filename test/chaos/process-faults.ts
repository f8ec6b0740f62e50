import { setTimeout as wait } from 'node:timers/promises'
import type { Fault, Faults } from './fault.ts'
import type { Nats } from './nats.ts'
import type { Server } from './postgres.ts'
import type { Part } from './roles.ts'

/** Further than any window of a webhook's time. */
const SIX_MINUTES_MS = 6 * 60_000

/** What befalls processes of ours, and what they stand on. */
export function processFaults(
  parts: ReadonlyMap<string, Part>,
  { server, nats }: { readonly server: Server; readonly nats: Nats | null },
): Faults {
  const kills = [...parts].map(([name, part]): [string, Fault] => [
    `kill -9 ${name}`,
    (random) => part.kill(random.int(0, 1_500)),
  ])
  let wrong: Part | null = null
  return {
    ...Object.fromEntries(kills),
    'kill -9 postgresql': () => server.kill(),
    /** It stays so until it is killed again, or until another's is wrong. */
    async 'a clock six minutes off'(random) {
      if (wrong?.offMs !== 0) await wrong?.kill(0)
      wrong = random.pick([...parts.values()])
      await wrong.kill(0, random.pick([-SIX_MINUTES_MS, SIX_MINUTES_MS]))
    },
    ...(nats && {
      async 'NATS cut off'(random) {
        nats.cut()
        await wait(random.int(500, 2_000))
        nats.mend()
      },
    }),
  }
}
