import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ActionName } from '../../kit/actions.ts'
import type { Connector } from '../../kit/contract.ts'
import { NotFoundError, RejectedError } from '../../kit/errors.ts'
import type { Change } from '../../store/change.ts'
import { acting, declared, type Run } from './acted.ts'
import { peopleEffects } from './acting-people.ts'
import { describeOnce } from './acting-once.ts'
import { describeRefusing } from './acting-refused.ts'
import { threadEffects } from './acting-threads.ts'
import { ticketEffects } from './acting-tickets.ts'
import type { Driver } from './driver.ts'
import { notMappedAgain, noting } from './mapped-again.ts'
import { openStage, type Stage } from './stage.ts'

/** What each action must have done. A new action has no way around a line here. */
const EFFECTS: Readonly<Record<ActionName, Run>> = { ...threadEffects, ...ticketEffects, ...peopleEffects }

/** Every declared action, done at the twin and looked for there. */
export function describeActing(connector: Connector, driver: Driver): void {
  describe('actions', () => {
    let stage: Stage
    const answered: Change[] = []
    beforeEach(async () => {
      answered.length = 0
      stage = await openStage(noting(connector, answered), driver, 'strict')
      await stage.pass(60_000)
    })
    afterEach(() => stage[Symbol.asyncDispose]())

    it('are all known to this suite', () => {
      expect(Object.keys(connector.actions).filter((name) => !Object.hasOwn(EFFECTS, name))).toEqual([])
    })

    const offered = Object.entries(EFFECTS).filter(([name]) => Object.hasOwn(connector.actions, name))
    it.each(offered)('%s does what it says, and answers what then stands and is mapped again', async (_, run) => {
      await run(stage, driver.takes)
      expect.hasAssertions()
      expect(notMappedAgain(connector, answered)).toEqual([])
    })

    describeRefusing(connector, driver.takes, () => stage)
    describeOnce(connector, driver.takes, () => stage)

    it.skipIf(connector.actions.reply === undefined)('say so when a thread is not there', async () => {
      const { nobody, threads } = stage.world.cast
      for (const { kind } of threads) {
        const thread = { kind, remoteId: nobody[kind] ?? '' }
        expect(thread.remoteId).not.toBe('')
        const content = { text: 'Anybody?', attachmentUrls: [] }
        const refused = await declared(stage, 'reply')(stage.client(), {
          ...acting(stage),
          thread,
          content,
        }).catch((error: unknown) => error)
        expect([NotFoundError, RejectedError].some((known) => refused instanceof known)).toBe(true)
      }
    })

    it.skipIf(connector.actions.reply === undefined)(
      'are done by the integration’s own agent when none is named',
      async () => {
        const { settings, cast } = stage.world
        const [thread] = cast.threads
        if (settings.actorRemoteId === null) return
        expect(settings.actorRemoteId).not.toBe(cast.otherAgentRemoteId)
        await declared(stage, 'reply')(stage.client(), {
          ...acting(stage),
          agentRemoteId: null,
          thread,
          content: { text: 'In nobody’s name.', attachmentUrls: [] },
        })
        const messages = await stage.world.messages(thread)
        expect(messages.at(-1)).toMatchObject({ authorRemoteId: settings.actorRemoteId })
      },
    )
  })
}
