import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Connector, Stream } from '../../kit/contract.ts'
import type { Json } from '../../store/kinds.ts'
import { asSet, faultsIn, upserted } from './changes.ts'
import type { Driver } from './driver.ts'
import type { Mirror } from './mirror.ts'
import { emptyMirror, openStage, type ReadPage, type Stage } from './stage.ts'

/** A run that begins well after the last one: beyond any overlap, of minutes or of days. */
const LATER_MS = 4 * 24 * 3600 * 1000

/** Two runs this far apart fall into the same hour and, mostly, the same day. */
const MOMENT_MS = 5_000

/** Reading history, going on from anywhere, and finding what changed since. */
export function describeReading(connector: Connector, driver: Driver): void {
  describe.each(connector.streams)('stream $name', (stream) => {
    describeHistory(connector, driver, stream)
    describeLater(connector, driver, stream)
  })
}

const namesIn = ({ changes }: Pick<ReadPage, 'changes'>): string[] =>
  changes.map(({ kind, remoteId }) => `${kind} ${remoteId}`)

function describeHistory(connector: Connector, driver: Driver, stream: Stream): void {
  let stage: Stage
  let mirror: Mirror
  let pages: ReadPage[]
  let history: readonly string[]
  beforeAll(async () => {
    stage = await openStage(connector, driver, 'fast')
    mirror = emptyMirror()
    pages = await stage.readToEnd(stream, null, mirror)
    history = await stage.world.standing(stream.name)
  })
  afterAll(() => stage[Symbol.asyncDispose]())

  it('reads all history, page by page, and ends', () => {
    expect(history.length).toBeGreaterThan(1)
    expect(asSet(mirror.ids(stream.kind))).toEqual(asSet(history))
  })

  it('answers changes that can be stored', () => {
    expect(pages.flatMap(({ changes }) => faultsIn(changes))).toEqual([])
  })

  it('tells no smaller total than there is', () => {
    expect(pages.filter(({ total }) => total !== null && total < history.length)).toEqual([])
  })

  it('answers at least the same when a page is read again', async () => {
    for (const page of pages) {
      const again = await stream.read(stage.client(), page.from, stage.context(page.before))
      const names = namesIn(again)
      expect(namesIn(page).filter((name) => !names.includes(name))).toEqual([])
      expect(again.done).toBe(page.done)
    }
  })

  it('goes on from any stored cursor to the same end', async () => {
    for (const page of pages) {
      const resumed = page.before.copy()
      await stage.readToEnd(stream, page.from, resumed)
      expect(asSet(resumed.ids(stream.kind))).toEqual(asSet(history))
      expect(asSet(resumed.ids('message'))).toEqual(asSet(mirror.ids('message')))
    }
  })

  it.skipIf(stream.readOne === null)(
    'reads one record with all that belongs to it, the same as the run did',
    async () => {
      const remoteId = history[0] ?? ''
      const changes = (await stream.readOne?.(stage.client(), remoteId, stage.context(mirror))) ?? []
      expect(faultsIn(changes)).toEqual([])
      expect(upserted(changes, stream.kind)).toContain(remoteId)
      const read = emptyMirror()
      read.apply(changes)
      for (const row of read.rows()) expect(mirror.find(row.kind, row.remoteId)?.fields).toEqual(row.fields)
    },
  )
}

function describeLater(connector: Connector, driver: Driver, stream: Stream): void {
  let stage: Stage
  let mirror: Mirror
  let cursor: Json
  beforeAll(async () => {
    stage = await openStage(connector, driver, 'fast')
    mirror = emptyMirror()
    const first = await stage.readToEnd(stream, null, mirror)
    cursor = first.at(-1)?.cursor ?? null
  })
  afterAll(() => stage[Symbol.asyncDispose]())

  /** Runs the stream from where it was, and answers the remote ids that came in. */
  const runNow = async (): Promise<string[]> => {
    const run = await stage.readToEnd(stream, cursor, mirror)
    cursor = run.at(-1)?.cursor ?? null
    return asSet(run.flatMap((page) => upserted(page.changes, stream.kind)))
  }
  const runLater = async (): Promise<string[]> => {
    await stage.pass(LATER_MS)
    return await runNow()
  }
  /** What is held of a record is what reading it says. */
  const expectFresh = async (remoteId: string | null): Promise<void> => {
    const changes =
      remoteId === null ? [] : ((await stream.readOne?.(stage.client(), remoteId, stage.context(mirror))) ?? [])
    const fresh = emptyMirror()
    fresh.apply(changes)
    for (const row of fresh.rows()) expect(mirror.find(row.kind, row.remoteId)?.fields).toEqual(row.fields)
  }
  /** A later run reads a small part, where the provider can tell what changed. */
  const fewOf = (all: number): number => (driver.readWhole.includes(stream.name) ? Number.POSITIVE_INFINITY : all / 4)
  const standing = async (): Promise<string[]> => asSet(await stage.world.standing(stream.name))

  it('reads little again when nothing happened', async () => {
    expect((await runLater()).length).toBeLessThan(fewOf(mirror.ids(stream.kind).length))
    expect(asSet(mirror.ids(stream.kind))).toEqual(await standing())
  })

  it('finds what changed, and not much else', async () => {
    await stage.pass(LATER_MS)
    const changed = await stage.world.change(stream.name)
    const found = await runLater()
    const due = changed?.seenByRun ? [changed.remoteId] : []
    expect(due.filter((remoteId) => !found.includes(remoteId))).toEqual([])
    expect(found.length).toBeLessThan(fewOf(mirror.ids(stream.kind).length))
    expect(asSet(mirror.ids(stream.kind))).toEqual(await standing())
    await expectFresh(changed?.remoteId ?? null)
  })

  it('finds what changed moments after a run, in the run after it', async () => {
    for (const _ of [1, 2]) {
      await stage.pass(MOMENT_MS)
      const changed = await stage.world.change(stream.name)
      await stage.pass(MOMENT_MS)
      const found = await runNow()
      const due = changed?.seenByRun ? [changed.remoteId] : []
      expect(due.filter((remoteId) => !found.includes(remoteId))).toEqual([])
      await expectFresh(changed?.remoteId ?? null)
    }
  })

  it('finds what was deleted, and says so when asked for it', async () => {
    await stage.pass(LATER_MS)
    const removed = await stage.world.remove(stream.name)
    await runLater()
    const goneByRun = removed?.seenByRun ? [removed.remoteId] : []
    expect(mirror.ids(stream.kind).filter((remoteId) => goneByRun.includes(remoteId))).toEqual([])
    const asked =
      removed === null ? [] : ((await stream.readOne?.(stage.client(), removed.remoteId, stage.context(mirror))) ?? [])
    mirror.apply(asked)
    const expected = await standing()
    expect(asSet(mirror.ids(stream.kind))).toEqual(expected)
    expect(expected).not.toContain(removed?.remoteId)
  })
}
