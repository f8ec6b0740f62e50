import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Connector } from '../../kit/contract.ts'
import type { Json } from '../../store/kinds.ts'
import { START } from '../kit/clocks.ts'
import { asSet, faultsIn } from './changes.ts'
import { type Delivered, fresh, openDeliveries, tellsOf, toJson, work, type Deliveries } from './delivered.ts'
import { describeProof } from './delivering-proof.ts'
import { describeSubscribing } from './delivering-subscribed.ts'
import type { Driver } from './driver.ts'
import { emptyMirror, openStage, type Stage } from './stage.ts'
import { wordsIn } from './mirror.ts'

const OPENING = 'Where is my parcel? Ünïcødé — 📦'
const SECOND = 'It has been a week now.'

/** The provider's pushes: proven, read, understood, and what they add up to. */
export function describeDelivering(connector: Connector, driver: Driver): void {
  const { webhook } = connector
  if (webhook === null) return

  describe('deliveries', () => {
    let stage: Stage
    let happened: Deliveries
    const synced = emptyMirror()

    beforeAll(async () => {
      stage = await openStage(connector, driver, 'fast')
      for (const stream of connector.streams) await stage.readToEnd(stream, null, synced)
      happened = await openDeliveries(stage, webhook, [OPENING, SECOND])
    })
    afterAll(() => stage[Symbol.asyncDispose]())

    it('come for what the customer wrote and for what was changed', () => {
      const { posted, changed } = happened
      expect(posted.length).toBeGreaterThan(changed.filter(({ touch }) => touch.announced).length + 1)
    })

    describeProof(connector, webhook, () => happened)

    it('say whose they are, what they are about and when they were sent', () => {
      const ids: string[] = []
      for (const delivery of happened.posted) {
        const envelope = webhook.envelope(toJson(delivery), delivery.headers)
        const known = webhook.addressee === 'app' || envelope.accountId !== null
        expect(envelope.accountId).toBe(known ? stage.world.account.id : null)
        expect(envelope.topic).not.toBe('')
        expect(envelope.sentAt ?? START).toBeInstanceOf(Date)
        expect((envelope.sentAt ?? START).getTime()).toBeGreaterThanOrEqual(START.getTime())
        if (envelope.deliveryId !== null && !envelope.probe) ids.push(envelope.deliveryId)
      }
      expect(new Set(ids).size).toBe(ids.length)
    })

    it('mean nothing when they only test the address', () => {
      for (const delivery of happened.posted.filter((each) => webhook.envelope(toJson(each), each.headers).probe)) {
        expect(webhook.interpret(toJson(delivery))).toEqual({ changes: [], reread: [], revoked: false })
      }
    })

    it('mean changes that can be stored, and records that can be read again', () => {
      const readable = connector.streams.filter(({ readOne }) => readOne !== null).map(({ name }) => name)
      for (const delivery of happened.posted) {
        const { changes, reread, revoked } = webhook.interpret(toJson(delivery))
        expect(faultsIn(changes)).toEqual([])
        for (const { stream } of reread) expect(readable).toContain(stream)
        expect(revoked).toBe(false)
      }
    })

    it('do not fail over what is not known, and refuse what is no delivery', () => {
      const others: readonly Json[] = [null, 'hello', 7, [], {}, { data: {} }]
      for (const body of others) {
        expect(() => webhook.envelope(body, {})).toThrowError(
          expect.objectContaining({ code: 'PROVIDER_MALFORMED', provider: connector.provider }),
        )
      }
    })

    it('tell at once what the customer wrote, or name a record whose reading tells', async () => {
      const told = await tellsOf(stage, webhook, happened)
      expect(told).toEqual(expect.arrayContaining([OPENING, SECOND]))
    })

    it.each([
      ['in the order they came', (all: readonly Delivered[]) => all],
      ['in reverse order', (all: readonly Delivered[]) => all.toReversed()],
      ['twice', (all: readonly Delivered[]) => [...all, ...all]],
    ])('bring the mirror to what stands at the provider, %s', async (_, arrange) => {
      const { posted, changed, removed, written } = happened
      const mirror = synced.copy()
      for (const delivery of arrange(posted)) await work(stage, webhook, { delivery, mirror })
      expect(wordsIn(mirror, written).toSorted()).toEqual([OPENING, SECOND].toSorted())
      const left = removed.filter(({ stream, touch }) => touch.announced && mirror.find(stream.kind, touch.remoteId))
      expect(left).toEqual([])
      for (const { stream, touch } of changed) {
        if (!touch.announced || stream.readOne === null) continue
        const read = await fresh(stage, stream, touch.remoteId)
        expect(mirror.find(stream.kind, touch.remoteId)?.fields).toEqual(read.find(stream.kind, touch.remoteId)?.fields)
      }
      const silent = new Set(
        [...changed, ...removed].filter(({ touch }) => !touch.announced).map(({ stream }) => stream.kind),
      )
      for (const kind of new Set(connector.streams.map((stream) => stream.kind))) {
        if (silent.has(kind)) continue
        const names = connector.streams.filter((stream) => stream.kind === kind).map(({ name }) => name)
        const standing = await Promise.all(names.map((name) => stage.world.standing(name)))
        expect(asSet(mirror.ids(kind))).toEqual(asSet(standing.flat()))
      }
    })
  })

  describeSubscribing(connector, driver)
}
