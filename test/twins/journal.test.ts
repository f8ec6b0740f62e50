import { cpSync, existsSync, mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { StateInUseError, openJournal } from '../../twins/journal.ts'
import type { Journal } from '../../twins/journal.ts'

interface Tally {
  readonly total: number
}

interface Added {
  readonly add: number
}

let folder: string
let said: string[]

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'twin-journal-'))
  said = []
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const open = (options: { readonly seed?: number; readonly name?: string } = {}): Journal<Tally, Added> =>
  openJournal({
    folder: join(folder, options.name ?? 'state'),
    identity: { twin: 'tally', seed: options.seed ?? 1 },
    log: (line) => said.push(line),
  })

const add = (journal: Journal<Tally, Added>, ...numbers: number[]): void => {
  for (const number of numbers) journal.append({ at: new Date(number), deed: { add: number } })
}

const added = (journal: Journal<Tally, Added>): readonly number[] | undefined =>
  journal.read()?.deeds.map(({ deed }) => deed.add)

/** What a process that is killed now leaves behind. */
const leaveBehind = (name: string): string => {
  const copy = join(folder, name)
  cpSync(join(folder, 'state'), copy, { recursive: true })
  return copy
}

describe('a journal', () => {
  it('has nothing in a new folder', () => {
    using journal = open()
    expect(journal.read()).toBeNull()
  })

  it('has the state and what was done since, in order and with its time, when it is opened again', () => {
    {
      using journal = open()
      journal.restartFrom({ total: 5 })
      add(journal, 7, 3, 9)
    }
    using journal = open()
    expect(journal.read()).toEqual({
      state: { total: 5 },
      deeds: [7, 3, 9].map((number) => ({ at: new Date(number), deed: { add: number } })),
    })
    expect(said).toEqual([])
  })

  it('has a new state in place of the old one and of what was done since', () => {
    using journal = open()
    journal.restartFrom({ total: 0 })
    add(journal, 1, 2)
    journal.restartFrom({ total: 3 })
    add(journal, 4)
    leaveBehind('killed')
    using left = open({ name: 'killed' })
    expect(left.read()).toEqual({ state: { total: 3 }, deeds: [{ at: new Date(4), deed: { add: 4 } }] })
  })

  it('is long after many deeds or a few large ones, and short after a new state', () => {
    using journal = open()
    journal.restartFrom({ total: 0 })
    add(journal, ...Array.from({ length: 1_999 }, (_, index) => index))
    expect(journal.isLong()).toBe(false)
    add(journal, 1)
    expect(journal.isLong()).toBe(true)
    journal.restartFrom({ total: 1 })
    expect(journal.isLong()).toBe(false)
    using texts = openJournal<Tally, string>({ folder: join(folder, 'texts'), identity: {}, log: () => {} })
    texts.restartFrom({ total: 0 })
    texts.append({ at: new Date(0), deed: 'x'.repeat(8_000_000) })
    expect(texts.isLong()).toBe(true)
  })

  it('has everything that was appended when its process is killed', () => {
    using journal = open()
    journal.restartFrom({ total: 0 })
    add(journal, 1, 2, 3)
    leaveBehind('killed')
    using left = open({ name: 'killed' })
    expect(added(left)).toEqual([1, 2, 3])
  })

  it('has a beginning of what was done, without a hole, when its end is torn anywhere', () => {
    using journal = open()
    journal.restartFrom({ total: 0 })
    const all = Array.from({ length: 40 }, (_, index) => index)
    add(journal, ...all)
    const counts = new Set<number>()
    const { size } = statSync(join(leaveBehind('whole'), 'state.db-wal'))
    for (let torn = 1; torn < size - 40_000; torn += 3_001) {
      truncateSync(join(leaveBehind(`torn-${torn}`), 'state.db-wal'), size - torn)
      using left = open({ name: `torn-${torn}` })
      const found = added(left) ?? []
      expect(found).toEqual(all.slice(0, found.length))
      add(left, 99)
      expect(added(left)).toEqual([...found, 99])
      counts.add(found.length)
    }
    expect(counts.size).toBeGreaterThan(10)
    expect(said).toEqual([])
  })

  it('sets aside what is of another seed, says so, and begins anew', () => {
    {
      using journal = open({ seed: 1 })
      journal.restartFrom({ total: 5 })
    }
    {
      using journal = open({ seed: 2 })
      expect(journal.read()).toBeNull()
      journal.restartFrom({ total: 0 })
      add(journal, 8)
    }
    expect(said).toEqual([expect.stringMatching(/"seed":1.*"seed":2.*set-aside\.db.*starts anew/)])
    expect(existsSync(join(folder, 'state', 'set-aside.db'))).toBe(true)
    using journal = open({ seed: 2 })
    expect(added(journal)).toEqual([8])
    expect(said).toHaveLength(1)
  })

  it('sets aside a file that is no journal', () => {
    open()[Symbol.dispose]()
    writeFileSync(join(folder, 'state', 'state.db'), 'this is not what was written here. '.repeat(500))
    using journal = open()
    expect(journal.read()).toBeNull()
    journal.restartFrom({ total: 1 })
    expect(journal.read()?.state).toEqual({ total: 1 })
    expect(said).toEqual([expect.stringContaining('cannot be read')])
  })

  it('is for one at a time', () => {
    using journal = open()
    journal.restartFrom({ total: 1 })
    expect(() => open()).toThrow(StateInUseError)
    expect(journal.read()?.state).toEqual({ total: 1 })
    expect(said).toEqual([])
  })
})
