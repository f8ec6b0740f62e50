import { request } from 'undici'
import { expect, test } from 'vitest'
import { AddressRefusedError, isPublic, openEgress } from '../../kit/egress.ts'
import { reply, startHttpServer } from './http-server.ts'

const LOOPBACK = [{ address: '127.0.0.1', prefix: 32 }]

test.each(['8.8.8.8', '1.1.1.1', '172.32.0.1', '100.128.0.1', '2606:4700::1111', '2a00:1450:4001::1'])(
  '%s is public',
  (address) => expect(isPublic(address)).toBe(true),
)

test.each([
  '0.0.0.0',
  '10.0.0.7',
  '100.64.0.1',
  '127.0.0.1',
  '127.255.0.1',
  '169.254.169.254',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.1',
  '198.18.0.1',
  '224.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '::ffff:127.0.0.1',
  '::ffff:8.8.8.8',
  '64:ff9b::7f00:1',
  'fe80::1',
  'fd00:ec2::254',
  'ff02::1',
  '2001::1',
  '2001:db8::1',
  '2002:7f00:1::',
])('%s is not', (address) => expect(isPublic(address)).toBe(false))

async function asked(url: string, allowed: Parameters<typeof openEgress>[0]): Promise<number> {
  await using egress = openEgress(allowed)
  const { statusCode, body } = await request(url, { dispatcher: egress.dispatcher })
  await body.dump()
  return statusCode
}

test('a name is judged by the addresses that it has when it is connected to', async () => {
  await using server = await startHttpServer(reply(204, ''))
  const { port } = new URL(server.url)
  await expect(asked(`http://localhost:${port}/`, [])).rejects.toThrow(AddressRefusedError)
  expect(server.received).toEqual([])
})

test('connects to a private network that is allowed, and to no other', async () => {
  await using server = await startHttpServer(reply(204, ''))
  const { port } = new URL(server.url)
  expect(await asked(`http://127.0.0.1:${port}/`, LOOPBACK)).toBe(204)
  await expect(asked(`http://127.0.0.2:${port}/`, LOOPBACK)).rejects.toThrow(AddressRefusedError)
  await expect(asked(`http://[::1]:${port}/`, LOOPBACK)).rejects.toThrow(AddressRefusedError)
  expect(server.received).toHaveLength(1)
})

test('a public address is connected to by TLS alone', async () => {
  await expect(asked('http://8.8.8.8/', LOOPBACK)).rejects.toThrow('https://')
})

test('says before anything is resolved what is wrong with an address', async () => {
  await using strict = openEgress([])
  const problem = (url: string): string | null => strict.problemOf(new URL(url))
  expect(problem('https://hooks.example/a')).toBeNull()
  expect(problem('http://hooks.example/a')).toContain('https://')
  for (const url of [
    'https://localhost',
    'https://a.localhost',
    'https://127.1',
    'https://[::1]',
    'https://169.254.169.254',
  ]) {
    expect(problem(url)).toContain('not public')
  }
  await using open = openEgress(LOOPBACK)
  expect(open.problemOf(new URL('http://127.0.0.1:9/a'))).toBeNull()
  expect(open.problemOf(new URL('http://10.0.0.1/a'))).toContain('not public')
})
