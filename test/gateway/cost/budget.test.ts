import { describe, expect, it } from 'vitest'
import { createBudget } from '../../../gateway/cost/budget.ts'
import { VIEWER } from '../graph.ts'
import { createTestClock } from '../host/test-clock.ts'

describe('the budget of a viewer', () => {
  it('is spent down to nothing, and says when there is enough again', async () => {
    const clock = createTestClock()
    const budget = createBudget({ capacity: 100, restoredPerSecond: 10 }, clock)
    expect(budget.take(VIEWER, 100)).toBeNull()
    expect(budget.take(VIEWER, 1)).toBe(100)
    expect(budget.take(VIEWER, 25)).toBe(2_500)
    await clock.advance(2_499)
    expect(budget.take(VIEWER, 25)).toBe(1)
    expect(budget.remaining(VIEWER)).toBe(24)
    await clock.advance(1)
    expect(budget.take(VIEWER, 25)).toBeNull()
    expect(budget.remaining(VIEWER)).toBe(0)
  })

  it('fills up to its capacity and no further', async () => {
    const clock = createTestClock()
    const budget = createBudget({ capacity: 100, restoredPerSecond: 10 }, clock)
    budget.take(VIEWER, 10)
    await clock.advance(60_000)
    expect(budget.remaining(VIEWER)).toBe(100)
    budget.charge(VIEWER, -50)
    expect(budget.remaining(VIEWER)).toBe(100)
  })

  it('lets what costs more than all of it run when it is whole', () => {
    const budget = createBudget({ capacity: 100, restoredPerSecond: 10 }, createTestClock())
    expect(budget.findDelay(VIEWER, 500)).toBeNull()
    expect(budget.take(VIEWER, 500)).toBeNull()
    expect(budget.take(VIEWER, 1)).toBe(40_100)
  })

  it('may owe for what was delivered, down to a whole budget', () => {
    const budget = createBudget({ capacity: 100, restoredPerSecond: 10 }, createTestClock())
    budget.charge(VIEWER, 150)
    expect(budget.remaining(VIEWER)).toBe(-50)
    expect(budget.findDelay(VIEWER, 10)).toBe(6_000)
    budget.charge(VIEWER, 1_000)
    expect(budget.remaining(VIEWER)).toBe(-100)
  })

  it("is one for all of a member's tokens, and another's for each member and workspace", () => {
    const budget = createBudget({ capacity: 100, restoredPerSecond: 10 }, createTestClock())
    budget.take(VIEWER, 60)
    expect(budget.remaining({ ...VIEWER, tokenId: 't2', role: 'ANALYST' })).toBe(40)
    expect(budget.remaining({ ...VIEWER, memberId: 'm2' })).toBe(100)
    expect(budget.remaining({ ...VIEWER, workspaceId: 'w2' })).toBe(100)
  })
})
