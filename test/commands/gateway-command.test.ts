import { expect, it } from 'vitest'
import { gatewayUsage, readGatewayCommand } from '../../commands/gateway-command.ts'

it.each(['ws://a/graphql', 'wss://a/graphql', 'http://a/stream', 'https://a/stream'])(
  'takes %s for where a subgraph takes subscriptions',
  (url) => {
    const command = readGatewayCommand(['--subscriptions', `tickets=${url}`, '--subgraph', 'agents=http://b/'])
    expect(command).toMatchObject({
      subscriptions: new Map([['tickets', url]]),
      subgraphs: new Map([['agents', 'http://b/']]),
    })
  },
)

it.each([
  [['tickets'], 'gateway: --subscriptions: expected NAME=URL, but got "tickets"'],
  [['=ws://a'], 'gateway: --subscriptions: expected NAME=URL, but got "=ws://a"'],
  [['t=ws://a', 't=ws://b'], 'gateway: --subscriptions: "t" is given twice'],
  [
    ['t=a/stream'],
    'gateway: --subscriptions t: expected an address that begins with ws:// or wss:// or http:// or https://, but got "a/stream"',
  ],
])('refuses --subscriptions %j', (values, problem) => {
  expect(readGatewayCommand(values.flatMap((value) => ['--subscriptions', value]))).toEqual({ problem })
})

it('asks queries of http:// and https:// alone', () => {
  expect(readGatewayCommand(['--subgraph', 't=ws://a'])).toEqual({
    problem: 'gateway: --subgraph t: expected an address that begins with http:// or https://, but got "ws://a"',
  })
})

it('fits a terminal', () => {
  for (const line of gatewayUsage.split('\n')) expect(line.length).toBeLessThanOrEqual(110)
})
