import { setTimeout as wait } from 'node:timers/promises'
import { connectorOf, type Desk, removeAny } from './desks.ts'
import { atSome, type Faults } from './fault.ts'

/** What is slower than this is not waited out: a run would stand still for it. */
const LONGEST_TIMEOUT_MS = 30_000
/** So much later than we wait comes what comes too late. */
const LATER_MS = 1_000
/** For so long a desk takes requests that it carries out too late. */
const STALLED_MS = 1_000

/** More webhooks than a desk sends of one deletion. */
const ALL = 1_000

/** What goes wrong at the desks' end: with answers, with webhooks, and with what no webhook tells of. */
export const deskFaults = (desks: readonly Desk[]): Faults => ({
  ...atSome('answers 429', desks, ({ world }, random) => world.faults.throttleNext(random.int(1, 4))),
  ...atSome('answers 500', desks, ({ world }, random) => world.faults.failNext(random.int(1, 4), 500)),
  ...atSome('answers 503', desks, ({ world }, random) => world.faults.failNext(random.int(1, 4), 503)),
  ...atSome('answers cut in the middle', desks, ({ world }, random) => world.faults.malformedNext(random.int(1, 2))),
  ...atSome('done and not answered', desks, ({ world }, random) => world.faults.hangUpNext(random.int(1, 3))),
  ...atSome('answers late', desks, async ({ world }, random) => {
    await world.faults.slow(random.int(200, 2_500))
    await wait(random.int(1_000, 3_000))
    await world.faults.slow(0)
  }),
  ...atSome('done later than we wait', desks.filter(isQuick), async (desk) => {
    await desk.world.faults.slow(connectorOf(desk).api.timeoutMs + LATER_MS)
    await wait(STALLED_MS)
    await desk.world.faults.slow(0)
  }),
  ...atSome('webhooks dropped', desks, ({ world }, random) => world.faults.webhooks({ dropNext: random.int(1, 3) })),
  ...atSome('webhooks doubled', desks, ({ world }, random) =>
    world.faults.webhooks({ duplicateNext: random.int(1, 5) }),
  ),
  ...atSome('webhooks out of order', desks, ({ world }, random) =>
    world.faults.webhooks({ reorderNext: random.int(2, 5) }),
  ),
  // At all of them: not every desk signs, and where one does, it must be noticed.
  async 'webhooks with a byte flipped'(random) {
    for (const { world } of desks) await world.faults.webhooks({ flipNext: random.int(1, 3) })
  },
  ...atSome('deleted without a word', desks, async (desk, random) => {
    await desk.world.faults.webhooks({ dropNext: ALL })
    await removeAny(desk, random)
    await desk.world.faults.webhooks({ dropNext: 0 })
  }),
})

const isQuick = (desk: Desk): boolean => connectorOf(desk).api.timeoutMs <= LONGEST_TIMEOUT_MS
