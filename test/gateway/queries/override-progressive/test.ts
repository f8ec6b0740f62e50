import { beforeEach, describe, expect, it } from 'vitest'
import { makeGraph, plain, type TestGraph } from '../../graph.ts'
import { newSubgraph } from './new.ts'
import { oldSubgraph } from './old.ts'

describe('fields that are taken over step by step', () => {
  let graph: TestGraph
  let rolled: number

  beforeEach(async () => {
    graph = await makeGraph([oldSubgraph, newSubgraph], { roll: () => rolled })
  })

  it.each([
    [0, 'new', 2],
    [24.9, 'new', 2],
    [25, 'old', 2],
    [74.9, 'old', 2],
    [75, 'old', 1],
    [99.9, 'old', 1],
  ])('are answered by who has them for what falls on %d', async (roll, text, size) => {
    rolled = roll
    const note = { mood: 'new', text, size, tone: 'old' }
    expect(plain(await graph.ask('{ notes { mood text size tone } }'))).toEqual({ data: { notes: [note, note] } })
  })

  it('are decided for each operation anew', async () => {
    const text = async (roll: number) => {
      rolled = roll
      return plain(await graph.ask('{ notes { text } }'))
    }
    const [first, second, third] = [await text(10), await text(90), await text(10)]
    expect(first).toEqual({ data: { notes: [{ text: 'new' }, { text: 'new' }] } })
    expect(second).toEqual({ data: { notes: [{ text: 'old' }, { text: 'old' }] } })
    expect(third).toEqual(first)
  })
})
