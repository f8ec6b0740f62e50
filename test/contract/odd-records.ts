import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Connector, Stream } from '../../kit/contract.ts'
import type { Driver } from './driver.ts'
import type { Json } from '../../store/kinds.ts'
import { addToRecord, changeRecord, type OddRecord, type UnseenWord } from './oddities.ts'
import { emptyMirror, openStage, type Stage } from './stage.ts'

/** What no provider would say, and no reason of ours may tell, since it could be a customer's. */
const NOBODYS = { odd: 'nobody@example.com' }

/** Far deeper than the store takes. What rewrites answers here goes not much deeper itself. */
const DEPTH = 5_000
const NESTED: Json = JSON.parse('['.repeat(DEPTH) + ']'.repeat(DEPTH))

/** Records that are not as the provider promises, each among others that are. */
export function describeOddRecords(connector: Connector, driver: Driver): void {
  describe('odd records', () => {
    let stage: Stage
    beforeEach(async () => {
      stage = await openStage(connector, driver, 'fast')
    })
    afterEach(() => stage[Symbol.asyncDispose]())

    const oddOnes = connector.streams.flatMap((stream) => {
      const odd = driver.odd[stream.name] ?? null
      return odd === null ? [] : [{ stream, odd }]
    })
    describe.each(oddOnes)('stream $stream.name', ({ stream, odd }) => {
      it('keeps a malformed record out, says which and why, and reads the others', async () => {
        const whole = emptyMirror()
        await stage.readToEnd(stream, null, whole)
        const remoteId = whole.ids(stream.kind)[1] ?? ''
        breakRecord(stage, odd, remoteId)
        const mirror = emptyMirror()
        const pages = await stage.readToEnd(stream, null, mirror)
        const failed = pages.flatMap((page) => page.failed)
        expect(new Set(failed.map((each) => each.remoteId))).toEqual(new Set([remoteId]))
        expect(failed.map(({ reason }) => reason).join('\n')).not.toContain(NOBODYS.odd)
        expect(failed[0]?.reason).toContain(odd.field)
        expect(mirror.ids(stream.kind).toSorted()).toEqual(
          whole
            .ids(stream.kind)
            .filter((each) => each !== remoteId)
            .toSorted(),
        )
        stage.rewrite(null)
        await expectWhole(stage, stream, remoteId)
      })

      it('hands on a record however deep it is nested: whether it can be kept is the store’s affair', async () => {
        const whole = emptyMirror()
        await stage.readToEnd(stream, null, whole)
        const remoteId = whole.ids(stream.kind)[1] ?? ''
        const id = odd.idOf?.(remoteId) ?? remoteId
        stage.rewrite((asked, body) => (odd.path.test(asked) ? addToRecord(body, id, { nested: NESTED }) : body))
        const mirror = emptyMirror()
        const pages = await stage.readToEnd(stream, null, mirror)
        expect(pages.flatMap((page) => page.failed)).toEqual([])
        expect(mirror.ids(stream.kind)).toEqual(whole.ids(stream.kind))
      })
    })

    it.each(driver.unseen)('reads a $reads that nobody has seen yet as OTHER, and keeps the word', async (word) => {
      const stream = connector.streams.find(({ name }) => name === word.stream)
      if (stream === undefined) throw new Error(`there is no stream ${word.stream}`)
      const whole = emptyMirror()
      await stage.readToEnd(stream, null, whole)
      const remoteId = whole.ids(stream.kind)[1] ?? ''
      const row = await rowWith(stage, { stream, word, remoteId })
      expect(row).toMatchObject({ [word.reads]: 'OTHER', [word.native]: String(word.value) })
    })

    it('keep a thread whose customer is gone, with nobody in their place', async () => {
      const thread = await stage.world.orphan()
      if (thread === null) return
      const mirror = emptyMirror()
      for (const stream of connector.streams) await stage.readToEnd(stream, null, mirror)
      const row = mirror.find(thread.kind, thread.remoteId)
      if (row?.kind !== 'ticket' && row?.kind !== 'conversation') throw new Error('the thread is gone, too')
      const { contactRemoteId } = row.fields
      expect(contactRemoteId === null ? null : mirror.find('contact', contactRemoteId)).toBeNull()
    })
  })
}

function breakRecord(stage: Stage, { path, field, idOf }: OddRecord, remoteId: string): void {
  const id = idOf?.(remoteId) ?? remoteId
  stage.rewrite((asked, body) => (path.test(asked) ? changeRecord(body, id, { field: [field], value: NOBODYS }) : body))
}

/** Once it is as promised, it can be read. */
async function expectWhole(stage: Stage, stream: Stream, remoteId: string): Promise<void> {
  if (stream.readOne === null) return
  const mirror = emptyMirror()
  mirror.apply(await stream.readOne(stage.client(), remoteId, stage.context(mirror)))
  expect(mirror.ids(stream.kind)).toContain(remoteId)
}

async function rowWith(
  stage: Stage,
  { stream, word, remoteId }: { readonly stream: Stream; readonly word: UnseenWord; readonly remoteId: string },
): Promise<object | undefined> {
  const { path, field, value } = word
  stage.rewrite((asked, body) => (path.test(asked) ? changeRecord(body, remoteId, { field, value }) : body))
  const mirror = emptyMirror()
  await stage.readToEnd(stream, null, mirror)
  return mirror.find(stream.kind, remoteId)?.fields
}
