import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Connector, Stream } from '../../kit/contract.ts'
import { CredentialError, ProviderError } from '../../kit/errors.ts'
import type { Change } from '../../store/change.ts'
import type { Driver, SeenRequest } from './driver.ts'
import { emptyMirror, openStage, type ReadPage, type Stage, writes } from './stage.ts'

/** Requests that may be on their way at the same time when the first of them is refused. */
const AT_ONCE = 10

const named = (changes: readonly Change[]): string[] =>
  changes.map(({ op, kind, remoteId }) => `${op} ${kind} ${remoteId}`)

const contents = (pages: readonly ReadPage[]): string[] => pages.flatMap(({ changes }) => named(changes))

/** In no order, since several may be on their way at the same time. */
const succeeded = (requests: readonly SeenRequest[]): string[] =>
  requests
    .filter(({ status }) => status !== null && status < 300)
    .map(({ method, path }) => `${method} ${path}`)
    .toSorted()

/** What becomes of a read and of a write when the provider does not do as it ought to. */
export function describeFaults(connector: Connector, driver: Driver): void {
  describe('faults', () => {
    let stage: Stage
    beforeEach(async () => {
      stage = await openStage(connector, driver, 'fast')
    })
    afterEach(() => stage[Symbol.asyncDispose]())

    /** Reads a stream without faults, then again with one set in before its second page, or its only one. */
    const readTwice = async (stream: Stream, breakIt: () => Promise<void>) => {
      const { world } = stage
      const clean = await stage.readToEnd(stream, null, emptyMirror())
      const cleanRequests = await world.requests()
      await world.forgetRequests()
      const mirror = emptyMirror()
      const begun = clean.length === 1 ? null : await stream.read(stage.client(), null, stage.context(mirror))
      mirror.apply(begun?.changes ?? [])
      await breakIt()
      const rest = await stage.readToEnd(stream, begun?.cursor ?? null, mirror)
      const read = [...(begun?.changes ?? []), ...rest.flatMap(({ changes }) => changes)]
      return { clean, cleanRequests, read, requests: await world.requests() }
    }

    describe.each(connector.streams)('stream $name', (stream) => {
      it('waits a throttle in the middle out, repeating and skipping nothing', async () => {
        const { clean, cleanRequests, read, requests } = await readTwice(stream, () =>
          stage.world.faults.throttleNext(2),
        )
        expect(named(read)).toEqual(contents(clean))
        expect(succeeded(requests)).toEqual(succeeded(cleanRequests))
        expect(requests.filter(({ status }) => status === 429)).toHaveLength(2)
      })

      it('outlasts a provider that fails for a moment', async () => {
        const { clean, cleanRequests, read, requests } = await readTwice(stream, () =>
          stage.world.faults.failNext(2, 503),
        )
        expect(named(read)).toEqual(contents(clean))
        expect(succeeded(requests)).toEqual(succeeded(cleanRequests))
        expect(requests.filter(({ status }) => status === 503)).toHaveLength(2)
      })

      it('says that an answer is malformed, and goes on from the same place afterwards', async () => {
        const whole = await stage.readToEnd(stream, null, emptyMirror())
        await stage.world.faults.malformedNext(1)
        const mirror = emptyMirror()
        const broken = await stream.read(stage.client(), null, stage.context(mirror)).catch((error: unknown) => error)
        expect(broken).toMatchObject({ code: 'PROVIDER_MALFORMED' })
        expect(contents(await stage.readToEnd(stream, null, mirror))).toEqual(contents(whole))
      })

      it('stops at once when its credential is taken back', async () => {
        await stage.world.revoke()
        await stage.world.forgetRequests()
        const refused = await stream
          .read(stage.client(), null, stage.context(emptyMirror()))
          .catch((error: unknown) => error)
        expect(refused).toBeInstanceOf(CredentialError)
        expect((await stage.world.requests()).length).toBeLessThanOrEqual(AT_ONCE)
      })
    })

    describe.skipIf(connector.actions.reply === undefined)('a reply', () => {
      const text = 'Only once, please.'
      const send = async (): Promise<unknown> => {
        const [thread] = stage.world.cast.threads
        return await connector.actions
          .reply?.(stage.client(), {
            agentRemoteId: stage.world.cast.agentRemoteId,
            actId: 'act-1',
            thread,
            content: { text, attachmentUrls: [] },
          })
          .then(
            () => 'sent',
            (error: unknown) => (error instanceof ProviderError ? error.code : error),
          )
      }
      const written = async (): Promise<number> => {
        const messages = await stage.world.messages(stage.world.cast.threads[0])
        return messages.filter((message) => message.text === text).length
      }
      it('is not sent again after a failure, and its outcome is unknown', async () => {
        await stage.world.faults.failNext(1, 500)
        expect(await send()).toBe('OUTCOME_UNKNOWN')
        expect(await writes(stage)).toHaveLength(1)
      })

      it('is not sent again when the connection dies after it was carried out', async () => {
        await stage.world.faults.hangUpNext(1)
        expect(await send()).toBe('OUTCOME_UNKNOWN')
        expect(await writes(stage)).toHaveLength(1)
        expect(await written()).toBe(1)
      })

      it('is sent again after a throttle, which did not carry it out', async () => {
        await stage.world.faults.throttleNext(1)
        expect(await send()).toBe('sent')
        expect(await written()).toBe(1)
      })
    })
  })
}
