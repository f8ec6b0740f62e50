import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { AccountClient } from '../../kit/account-client.ts'
import { candidatesIn, goneIn } from '../../kit/candidates.ts'
import type { Connector } from '../../kit/contract.ts'
import { type Outgoing, type OutgoingAction, performing } from '../../kit/outbox.ts'
import type { Change } from '../../store/change.ts'
import { A_WHILE_MS, acting, declared } from './acted.ts'
import type { Driver } from './driver.ts'
import { openStage, type Stage } from './stage.ts'

const content = { text: 'Only this once — 📦, Grüße.', attachmentUrls: [] }

/** Something of each sort that goes out. */
const OUTGOING: Readonly<Record<OutgoingAction, (stage: Stage) => Outgoing>> = {
  reply: ({ world }) => ({ action: 'reply', thread: world.cast.threads[0], content }),
  note: ({ world }) => ({ action: 'note', thread: world.cast.threads[0], content }),
  messageContact: ({ world: { cast } }) => ({
    action: 'messageContact',
    contactRemoteId: cast.contactRemoteId,
    content,
    subject: 'About your parcel',
  }),
  createTicket: ({ world: { cast } }) => ({
    action: 'createTicket',
    draft: {
      contactRemoteId: cast.contactRemoteId,
      type: null,
      subject: 'A parcel, lost',
      description: 'It <never> came.',
    },
  }),
}

type Read = (client: AccountClient, outgoing: Outgoing, since: Date) => Promise<readonly Change[]>

/** How the engine would look for it; null where the provider does it only once, which is proven with what is done once. */
function reading({ looks = {} }: Connector, action: OutgoingAction): Read | null {
  const { thread, beginning, repeats } = looks
  if (repeats?.actions.includes(action)) return null
  return (client, outgoing, since) => {
    switch (outgoing.action) {
      case 'reply':
      case 'note':
        if (thread === undefined) break
        return thread.read(client, outgoing.thread)
      case 'messageContact':
      case 'createTicket': {
        if (beginning === undefined) break
        const { contactRemoteId } = outgoing.action === 'createTicket' ? outgoing.draft : outgoing
        return beginning.read(client, { action: outgoing.action, contactRemoteId, since })
      }
    }
    throw new Error(`nothing tells what became of ${outgoing.action}`)
  }
}

/** What went out without an answer is found again, and nothing else is taken for it. */
export function describeLooking(connector: Connector, driver: Driver): void {
  const all: readonly OutgoingAction[] = ['reply', 'note', 'messageContact', 'createTicket']
  const offered = all.filter((action) => connector.actions[action] !== undefined)

  describe.each(offered)('what became of %s without an answer', (action) => {
    const read = reading(connector, action)

    it.runIf(read === null)('is told by the provider, which does it once', () => {
      // What it makes is made once: messages to a contact are made as tickets are.
      expect(driver.takes.once).toContain('createTicket')
    })

    if (read === null) return
    let stage: Stage
    beforeEach(async () => {
      stage = await openStage(connector, driver, 'strict')
      await stage.pass(60_000)
    })
    afterEach(() => stage[Symbol.asyncDispose]())

    const found = async (outgoing: Outgoing, since: Date) => {
      const { agentRemoteId } = acting(stage)
      const changes = await read(stage.client(), outgoing, since)
      return { candidates: candidatesIn(changes, { outgoing, agentRemoteId, since }), gone: goneIn(changes, outgoing) }
    }

    it('is found by what was done, each time anew, the oldest first, and nothing of before', async () => {
      const outgoing = OUTGOING[action](stage)
      const perform = performing(connector.actions, outgoing)
      const since = stage.access.clock.now()
      expect(await found(outgoing, since)).toEqual({ candidates: [], gone: [] })
      const done = []
      for (let times = 0; times < 2; times += 1) {
        await stage.pass(A_WHILE_MS)
        done.push((await perform?.(stage.client(), acting(stage)))?.subject)
      }
      expect((await found(outgoing, since)).candidates).toEqual(done)
      await stage.pass(A_WHILE_MS)
      expect(await found(outgoing, stage.access.clock.now())).toEqual({ candidates: [], gone: [] })
    })

    const acts = connector.looks?.thread?.acts
    const speaks = action === 'reply' || action === 'note'
    it.runIf(speaks && acts !== undefined)('proves by which act it was said', async () => {
      const outgoing = OUTGOING[action](stage)
      const said = new Map<string | undefined, string>()
      for (let times = 0; times < 2; times += 1) {
        const act = acting(stage)
        const outcome = await performing(connector.actions, outgoing)?.(stage.client(), act)
        said.set(outcome?.subject.remoteId, act.actId)
      }
      await stage.world.customerWrites({ thread: stage.world.cast.threads[0], text: content.text })
      expect(await acts?.(stage.client(), stage.world.cast.threads[0])).toEqual(said)
    })

    const isCertain = connector.looks?.beginning?.certainAfterMs != null
    const begins = action === 'messageContact' || action === 'createTicket'
    it.runIf(begins && isCertain)('is not taken for never done when it was deleted meanwhile', async () => {
      const outgoing = OUTGOING[action](stage)
      const since = stage.access.clock.now()
      const outcome = await performing(connector.actions, outgoing)?.(stage.client(), acting(stage))
      const { remoteId = '' } = outcome?.subject ?? {}
      await stage.pass(A_WHILE_MS)
      await declared(stage, 'deleteTicket')(stage.client(), { ...acting(stage), ticketRemoteId: remoteId })
      const { candidates, gone } = await found(outgoing, since)
      expect({ candidates, gone: gone.map((each) => each.remoteId) }).toEqual({ candidates: [], gone: [remoteId] })
    })
  })
}
