import { expect, test } from 'vitest'
import { readTokenCommand } from '../../commands/token-command.ts'

const NOW = new Date('2026-01-01T00:00:00Z')
const read = (line: string): unknown => readTokenCommand(line === '' ? [] : line.split(' '), NOW)
const whole = {
  action: 'create',
  workspace: 'Acme',
  email: 'ann@acme.test',
  role: 'OWNER',
  scopes: [],
  expiresAt: null,
}

test('reads what to create, in any order', () => {
  const named = { ...whole, name: 'command line' }
  expect(read('create --workspace Acme --email ann@acme.test --role OWNER')).toEqual(named)
  expect(read('create --role=owner --email=ann@acme.test --workspace=Acme')).toEqual(named)
  expect(read('create --workspace Acme --email ann@acme.test --role OWNER --name board')).toEqual({
    ...whole,
    name: 'board',
  })
})

test.each([
  ['90d', '2026-04-01T00:00:00Z'],
  ['12h', '2026-01-01T12:00:00Z'],
])('reads a life of %s', (life, end) => {
  const command = read(`create --workspace Acme --email ann@acme.test --role AGENT --expires ${life}`)
  expect(command).toMatchObject({ expiresAt: new Date(end) })
})

test('reads each scope, in the order given', () => {
  const command = read('create --workspace Acme --email ann@acme.test --role AGENT --scope read:cost --scope=write')
  expect(command).toMatchObject({ scopes: ['read:cost', 'write'] })
})

test('reads what else there is to do', () => {
  expect(read('list')).toEqual({ action: 'list' })
  expect(read('revoke 7')).toEqual({ action: 'revoke', id: '7' })
})

test.each([
  ['', 'create, list or revoke'],
  ['make', 'make is not understood'],
  ['list all', 'list all is not understood'],
  ['revoke', 'revoke is not understood'],
  ['revoke 1 2', 'revoke 1 2 is not understood'],
  ['create --email a@b --role OWNER', '--workspace'],
  ['create --workspace Acme --email ann --role OWNER', '--email'],
  ['create --workspace Acme --email a@b --role KING', 'OWNER, ADMIN, AGENT, ANALYST'],
  ['create --workspace Acme --email a@b --role OWNER --expires 0d', '90d, 12h'],
  ['create --workspace Acme --email a@b --role OWNER --expires soon', '90d, 12h'],
  ['create --workspace Acme --email a@b --role OWNER --expires 999999d', '90d, 12h'],
  ['create --workspace Acme --mail a@b --role OWNER', '--mail'],
  ['create --workspace Acme --email a@b --role OWNER --scope=', '--scope'],
  ['create --workspace', '--workspace'],
])('refuses "%s" with what was expected', (line, expected) => {
  expect(read(line)).toEqual({ problem: expect.stringContaining(expected) })
})
