import { describe, expect, test } from 'vitest'
import { readRemapCommand } from '../../commands/remap-command.ts'
import { toNodeId } from '../../store/id.ts'

const ID = '0b0f3c52-8a3e-4d0c-9c1e-2f6a3b7c9d10'

const read = (line: string) => readRemapCommand(line.split(' ').filter((word) => word !== ''))

describe('the words after remap', () => {
  test('mean everything when there are none', () => {
    expect(read('')).toEqual({ integrationId: null, provider: null, kinds: null, restart: false })
  })

  test.each([ID, ID.toUpperCase(), toNodeId('integration', ID)])('name an integration as %s', (id) => {
    expect(read(`--integration ${id}`)).toMatchObject({ integrationId: ID })
  })

  test('name a provider, kinds in any case of letters, and a new beginning', () => {
    expect(read('--provider Acme --kind ticket --kind TIMEENTRY --restart')).toEqual({
      integrationId: null,
      provider: 'acme',
      kinds: ['ticket', 'timeEntry'],
      restart: true,
    })
  })

  test('ask for help', () => {
    expect(read('-h')).toEqual({ help: true })
  })

  test.each([
    ['--integration acme', 'remap: expected --integration with the id of one'],
    [`--integration ${toNodeId('ticket', ID)}`, 'remap: expected --integration with the id of one'],
    ['--kind tickets', 'remap: expected --kind with one of agent, team, tag'],
    ['--all', 'remap: Unknown option'],
    ['everything', 'remap: Unexpected argument'],
  ])('that are "%s" are refused with a sentence', (line, problem) => {
    expect(read(line)).toEqual({ problem: expect.stringContaining(problem) })
  })
})
