import { describe, expect, it } from 'vitest'
import type { Connector } from '../../kit/contract.ts'
import { saidOf } from '../../kit/receipts.ts'
import type { Receipt } from '../../store/sends/receipts.ts'
import { A_WHILE_MS, acting, declared } from './acted.ts'
import { startInbox, subscribe, toJson } from './delivered.ts'
import type { Driver } from './driver.ts'
import { openStage, type Stage } from './stage.ts'

/** Says something to the cast's customer. */
async function reply(stage: Stage, text: string) {
  await stage.pass(A_WHILE_MS)
  const thread = stage.world.cast.threads[0]
  const content = { text, attachmentUrls: [] }
  const outcome = await declared(stage, 'reply')(stage.client(), { ...acting(stage), thread, content })
  await stage.pass(A_WHILE_MS)
  return outcome
}

const covers = (receipt: Receipt, outcome: Awaited<ReturnType<typeof reply>>): boolean => {
  if ('messages' in receipt) return receipt.messages.includes(outcome.subject.remoteId)
  const said = saidOf(outcome)
  const { thread, until } = receipt
  return (
    said !== null && said.thread.kind === thread.kind && said.thread.remoteId === thread.remoteId && said.at <= until
  )
}

/** How far messages got, as far as deliveries tell it. */
export function describeReceipts(connector: Connector, driver: Driver): void {
  const { webhook } = connector
  if (webhook === null || connector.actions.reply === undefined) return

  describe('receipts', () => {
    it('are told of what the driver says that customers’ getting it is told of', () => {
      expect(webhook.receipts ?? []).toEqual(driver.reached)
    })

    it('are told of what a customer got, of no more, and by nothing else that happens', async () => {
      await using stage = await openStage(connector, driver, 'fast')
      await using inbox = await startInbox(stage)
      await subscribe(stage, webhook, inbox.url)
      const told = async (): Promise<readonly Receipt[]> => {
        await stage.world.delivered()
        return inbox.posted().flatMap((delivery) => webhook.interpret(toJson(delivery)).receipts ?? [])
      }
      const thread = stage.world.cast.threads[0]
      const first = await reply(stage, 'Is it there by now?')
      await stage.world.customerWrites({ thread, text: 'Not yet.' })
      expect(await told()).toEqual([])
      for (const state of driver.reached) {
        const before = (await told()).length
        await stage.world.reach(state, thread)
        const receipts = (await told()).slice(before)
        const later = await reply(stage, `And now, after ${state}?`)
        expect(receipts.map((receipt) => receipt.state)).toEqual([state])
        expect(receipts.map((receipt) => [covers(receipt, first), covers(receipt, later)])).toEqual([[true, false]])
      }
    })
  })
}
