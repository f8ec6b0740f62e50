import { expect, it } from 'vitest'
import type { ContractCheck } from '../../twins/checks.ts'
import { LEAST_CHECKS, sumUp, tally } from './checked.ts'
import type { Checked } from './checked.ts'

const check = (of: Partial<ContractCheck> = {}): ContractCheck => ({
  provider: 'desk',
  direction: 'request',
  method: 'POST',
  path: '/tickets',
  problems: [],
  ...of,
})

const checked = (of: Partial<Checked> = {}): Checked => ({
  file: 'test/contract/connectors.test.ts',
  provider: 'desk',
  requests: 1,
  responses: 2,
  violations: [],
  ...of,
})

const enough = { requests: LEAST_CHECKS + 1, responses: LEAST_CHECKS + 1 }

it('counts requests and answers by provider', () => {
  const checks = [check(), check({ direction: 'response' }), check(), check({ provider: 'other' })]
  expect(tally('test/contract/connectors.test.ts', checks)).toEqual([
    checked({ requests: 2, responses: 1 }),
    checked({ provider: 'other', responses: 0 }),
  ])
})

it.each([
  ['request', 'test/contract/connectors.test.ts', 1],
  ['response', 'test/contract/connectors.test.ts', 1],
  ['request', 'test/twins/desk/nonsense.test.ts', 0],
  ['response', 'test/twins/desk/nonsense.test.ts', 1],
] as const)('takes a %s that breaks the contract in %s for %i violations', (direction, file, count) => {
  const [one] = tally(file, [check({ direction, problems: ['/status must be string', 'and more'] })])
  const told = `desk: the ${direction} of POST /tickets breaks the contract: /status must be string (${file})`
  expect(one?.violations).toEqual(count === 0 ? [] : [told])
})

it('says nothing when nothing was checked', () => {
  expect(sumUp([])).toEqual({ line: null, faults: [] })
})

it('sums what all files checked, and says how much of it connectors asked for', () => {
  const all = [
    checked({ provider: 'other', file: 'test/twins/other/search.test.ts' }),
    checked({ file: 'test/twins/desk/search.test.ts' }),
    checked(),
    checked({ file: 'test/subgraphs/desk/streams.test.ts' }),
  ]
  expect(sumUp(all)).toEqual({
    line: 'Held against contracts: desk 3 requests and 6 answers (2 requests and 4 answers of connectors); other 1 requests and 2 answers',
    faults: [],
  })
})

it('wants more than three hundred of each from a run with all of a twin in it, and nothing of another', () => {
  const whole = 'test/twins/desk/contract.test.ts'
  expect(sumUp([checked({ file: whole, ...enough })]).faults).toEqual([])
  expect(sumUp([checked({ file: whole, ...enough, responses: 150 }), checked({ responses: 151 })]).faults).toEqual([])
  const wanted = ['desk: expected more than 300 requests and answers each to be held against the contract']
  expect(sumUp([checked({ file: whole, ...enough, responses: LEAST_CHECKS })]).faults).toEqual(wanted)
  expect(sumUp([checked({ file: whole, ...enough, requests: LEAST_CHECKS })]).faults).toEqual(wanted)
  expect(sumUp([checked({ requests: LEAST_CHECKS })]).faults).toEqual([])
})

it('tells of every violation', () => {
  const all = [checked({ violations: ['one'] }), checked({ violations: ['two', 'three'] })]
  expect(sumUp(all).faults).toEqual(['one', 'two', 'three'])
})
