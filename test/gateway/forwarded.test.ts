import { describe, expect, it } from 'vitest'
import { createForwardedPicker, mayForward } from '../../gateway/forwarded.ts'
import { createHttpTransport } from '../../gateway/transport/http.ts'
import { connectRaw } from './fan-out/raw-client.ts'
import { createSmall } from './host/small.ts'
import { serveSubgraph } from './http-subgraph.ts'
import { GOOD, serve } from './served.ts'

/** A gateway that forwards two headers to a subgraph that expects no assertion. */
async function open() {
  const small = createSmall()
  const subgraph = await serveSubgraph(small.subgraph)
  const transport = createHttpTransport({ name: 'small', url: subgraph.url, assertion: null })
  const forward = ['X-Tenant', 'x-trace']
  const served = await serve([small.subgraph], { forward, transports: { small: transport } })
  return {
    small,
    subgraph,
    served,
    [Symbol.asyncDispose]: async () => {
      await served[Symbol.asyncDispose]()
      await subgraph[Symbol.asyncDispose]()
    },
  }
}

describe('headers that are forwarded', () => {
  it('reach the subgraph, and no others do', async () => {
    await using site = await open()
    await site.served.post({ query: '{ hello }' }, { ...GOOD, 'x-tenant': 'a', 'x-other': 'b' })
    const [headers] = site.subgraph.requests
    expect(headers).toMatchObject({ 'x-tenant': 'a' })
    expect(headers).not.toHaveProperty('authorization')
    expect(headers).not.toHaveProperty('x-other')
    expect(headers).not.toHaveProperty('x-trace')
  })

  it('go with a subscription in connection_init, from what the client said in its own', async () => {
    await using site = await open()
    for (const tenant of ['a', 'b']) {
      using client = await connectRaw(site.served.socketUrl, 'Bearer good', { 'X-Tenant': tenant, 'x-other': 'c' })
      client.subscribe('1', 'subscription { tick }')
      await site.small.feed.changed()
      site.small.feed.publish(tenant)
      await client.received('1', 1)
      const left = site.small.feed.changed()
      client.leave('1')
      await left
    }
    expect(site.subgraph.inits).toEqual([{ 'x-tenant': 'a' }, { 'x-tenant': 'b' }])
  })

  it('keep subscriptions apart that differ by them', async () => {
    await using site = await open()
    using one = await connectRaw(site.served.socketUrl, 'Bearer good', { 'x-tenant': 'a' })
    using same = await connectRaw(site.served.socketUrl, 'Bearer good', { 'x-tenant': 'a' })
    using other = await connectRaw(site.served.socketUrl, 'Bearer good', { 'x-tenant': 'b' })
    for (const client of [one, same, other]) {
      client.subscribe('1', 'subscription { tick }')
      await client.settled()
    }
    expect(site.served.role.hub.counts()).toEqual({ groups: 2, listeners: 3 })
  })

  it('never stand in for the assertion, nor change what the request is', () => {
    for (const name of ['authorization', 'x-tenant', 'cookie']) expect(mayForward(name)).toBe(true)
    for (const name of ['Host', 'content-length', 'Sec-WebSocket-Key', 'te', 'x y', 'a:b', '']) {
      expect(mayForward(name)).toBe(false)
    }
  })

  it('are left out where they would break the request that they go on with', () => {
    const pick = createForwardedPicker(['x-tenant'])
    expect(pick({}, { 'x-tenant': 'a\r\nx-admin: 1' })).toEqual({})
    expect(pick({}, { 'x-tenant': 7 })).toEqual({})
    expect(pick({ 'x-tenant': 'upgrade' }, { 'X-TENANT': 'init' })).toEqual({ 'x-tenant': 'init' })
    expect(pick({ 'x-tenant': 'upgrade' }, null)).toEqual({ 'x-tenant': 'upgrade' })
  })
})
