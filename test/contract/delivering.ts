import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Connector, Interpretation, Webhook } from '../../kit/contract.ts'
import { SignatureError } from '../../kit/errors.ts'
import { verifyDelivery } from '../../kit/verify.ts'
import type { Json } from '../../store/kinds.ts'
import { START } from '../kit/clocks.ts'
import { type Received, reply, startHttpServer } from '../kit/http-server.ts'
import { asSet, faultsIn } from './changes.ts'
import type { Driver, Touch } from './driver.ts'
import type { Mirror } from './mirror.ts'
import { emptyMirror, openStage, type Stage } from './stage.ts'

const OPENING = 'Where is my parcel? Ünïcødé — 📦'
const SECOND = 'It has been a week now.'

const toJson = (received: Received): Json => {
  const body: Json = JSON.parse(received.body)
  return body
}

/** The provider's pushes: proven, read, understood, and what they add up to. */
export function describeDelivering(connector: Connector, driver: Driver): void {
  const { webhook } = connector
  if (webhook === null) return

  describe('deliveries', () => {
    let stage: Stage
    let posted: readonly Received[]
    let written: string
    const synced = emptyMirror()
    const changed: { readonly stream: string; readonly touch: Touch }[] = []
    const removed: { readonly stream: string; readonly touch: Touch }[] = []

    beforeAll(async () => {
      stage = await openStage(connector, driver, 'fast')
      const { world } = stage
      for (const stream of connector.streams) await stage.readToEnd(stream, null, synced)
      await using endpoint = await startHttpServer(reply(200))
      await world.deliverTo(`${endpoint.url}/webhooks/${connector.provider}`)
      await stage.pass(60_000)
      written = await world.customerWrites({ conversationRemoteId: null, text: OPENING })
      await stage.pass(60_000)
      await world.customerWrites({ conversationRemoteId: written, text: SECOND })
      for (const stream of connector.streams) {
        await stage.pass(60_000)
        const touch = await world.change(stream.name)
        if (touch !== null) changed.push({ stream: stream.name, touch })
      }
      for (const stream of connector.streams) {
        await stage.pass(60_000)
        const touch = await world.remove(stream.name)
        if (touch !== null) removed.push({ stream: stream.name, touch })
      }
      await world.delivered()
      posted = endpoint.received.filter(({ method }) => method === 'POST')
    })
    afterAll(() => stage[Symbol.asyncDispose]())

    const verify = (delivery: Received, secrets: readonly string[], body: Uint8Array = delivery.bytes): string => {
      const { provider } = connector
      const { headers } = delivery
      try {
        verifyDelivery({ provider, proof: webhook.proof, headers, body, secrets, now: stage.access.clock.now() })
        return 'proven'
      } catch (error) {
        expect(error).toBeInstanceOf(SignatureError)
        return 'refused'
      }
    }

    it('come for what the customer wrote and for what was changed', () => {
      expect(posted.length).toBeGreaterThan(changed.filter(({ touch }) => touch.announced).length + 2)
    })

    it('are proven by the secret, and by no other, by none, or with a byte flipped', () => {
      for (const delivery of posted) {
        const { signingSecret } = stage.world
        const flipped = Buffer.from(delivery.bytes)
        flipped.writeUInt8(flipped.readUInt8(flipped.length >> 1) ^ 1, flipped.length >> 1)
        expect(verify(delivery, [signingSecret])).toBe('proven')
        expect(verify(delivery, ['rotated-away', signingSecret])).toBe('proven')
        expect(verify(delivery, [`${signingSecret}x`])).toBe('refused')
        expect(verify(delivery, [])).toBe('refused')
        expect(verify(delivery, [signingSecret], flipped)).toBe('refused')
      }
    })

    it('say whose they are, what they are about and when they were sent', () => {
      const ids: string[] = []
      for (const delivery of posted) {
        const envelope = webhook.envelope(toJson(delivery), delivery.headers)
        expect(envelope.accountId).toBe(stage.world.account.id)
        expect(envelope.topic).not.toBe('')
        expect(envelope.sentAt ?? START).toBeInstanceOf(Date)
        expect((envelope.sentAt ?? START).getTime()).toBeGreaterThanOrEqual(START.getTime())
        if (envelope.deliveryId !== null && !envelope.probe) ids.push(envelope.deliveryId)
      }
      expect(new Set(ids).size).toBe(ids.length)
    })

    it('mean nothing when they only test the address', () => {
      for (const delivery of posted.filter((each) => webhook.envelope(toJson(each), each.headers).probe)) {
        expect(webhook.interpret(toJson(delivery))).toEqual({ changes: [], reread: [], revoked: false })
      }
    })

    it('mean changes that can be stored, and records that can be read again', () => {
      const readable = connector.streams.filter(({ readOne }) => readOne !== null).map(({ name }) => name)
      for (const delivery of posted) {
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

    it('tell at once what the customer wrote', () => {
      const texts = posted
        .flatMap((delivery) => webhook.interpret(toJson(delivery)).changes)
        .filter((change) => change.op === 'upsert' && change.kind === 'message')
        .filter((message) => message.fields.conversationRemoteId === written)
        .map((message) => message.fields.text)
      expect(texts).toEqual(expect.arrayContaining([OPENING, SECOND]))
    })

    it.each([
      ['in the order they came', (all: readonly Received[]) => all],
      ['in reverse order', (all: readonly Received[]) => all.toReversed()],
      ['twice', (all: readonly Received[]) => [...all, ...all]],
    ])('bring the mirror to what stands at the provider, %s', async (_, arrange) => {
      const mirror = synced.copy()
      for (const delivery of arrange(posted)) await work(stage, webhook, { delivery, mirror })
      const said = mirror
        .rows()
        .filter((row) => row.kind === 'message')
        .filter((message) => message.fields.conversationRemoteId === written)
        .map((message) => message.fields.text)
      expect(said).toHaveLength(2)
      expect(said).toEqual(expect.arrayContaining([OPENING, SECOND]))
      const kindOf = (name: string) => connector.streams.find((stream) => stream.name === name)?.kind
      const left = removed.filter(({ stream, touch }) => {
        const kind = kindOf(stream)
        return touch.announced && kind !== undefined && mirror.ids(kind).includes(touch.remoteId)
      })
      expect(left).toEqual([])
      for (const { stream: name, touch } of changed) {
        const stream = connector.streams.find((each) => each.name === name)
        if (!touch.announced || !stream?.readOne) continue
        const fresh = emptyMirror()
        fresh.apply(await stream.readOne(stage.client(), touch.remoteId, stage.context(fresh)))
        expect(mirror.find(stream.kind, touch.remoteId)?.fields).toEqual(
          fresh.find(stream.kind, touch.remoteId)?.fields,
        )
      }
      for (const stream of connector.streams) {
        const silent = [...changed, ...removed].some((one) => one.stream === stream.name && !one.touch.announced)
        if (silent) continue
        expect(asSet(mirror.ids(stream.kind))).toEqual(asSet(await stage.world.standing(stream.name)))
      }
    })
  })
}

/** What the engine does with a delivery. */
async function work(
  stage: Stage,
  webhook: Webhook,
  { delivery, mirror }: { delivery: Received; mirror: Mirror },
): Promise<void> {
  const { changes, reread }: Interpretation = webhook.interpret(toJson(delivery))
  mirror.apply(changes)
  for (const { stream: name, remoteId } of reread) {
    const stream = stage.connector.streams.find((each) => each.name === name)
    mirror.apply((await stream?.readOne?.(stage.client(), remoteId, stage.context(mirror))) ?? [])
  }
}
