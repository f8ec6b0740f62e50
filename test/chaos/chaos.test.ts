import { expect, test } from 'vitest'
import { buildProgram } from '../e2e/program.ts'
import { runChaos } from './run.ts'

test('loses nothing, doubles nothing and falls over nothing while everything is killed and broken for a while', async () => {
  await using program = await buildProgram()
  const lines: string[] = []
  const report = await runChaos(program, {
    seed: Number(process.env['TEST_SEED'] ?? 20261129),
    faults: 22,
    healMs: 240_000,
    providers: ['freshdesk', 'intercom'],
    subscribers: 4,
    log: (line) => lines.push(line),
  })
  expect({ wrong: report.wrong, lines }).toEqual({ wrong: [], lines })
  expect(report.events).toBeGreaterThan(20)
  expect(Object.values(report.sends).reduce((sum, each) => sum + each, 0)).toBeGreaterThan(5)
  expect(Object.keys(report.faults).length).toBeGreaterThanOrEqual(21)
}, 900_000)
