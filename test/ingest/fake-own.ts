import { createHmac } from 'node:crypto'
import type { AccountClient } from '../../kit/account-client.ts'
import type { Proof, SharedSecret, SignatureScheme, Subscribing } from '../../kit/contract.ts'
import { NotFoundError } from '../../kit/errors.ts'
import type { Json } from '../../store/kinds.ts'
import { fakeConnector } from './fake-connector.ts'
import type { FakeDelivery } from './fake-connector.ts'
import type { FakeHook } from './fake-hooks.ts'

/** As one that signs time and body, like Zendesk. */
export const SIGNED = {
  kind: 'signature',
  header: 'X-Fake-Signature',
  algorithm: 'sha256',
  encoding: 'base64',
  prefix: '',
  timestamp: { header: 'X-Fake-Timestamp', toleranceMs: 300_000 },
} as const satisfies SignatureScheme

/** As one that shows a secret and nothing else, like Freshdesk. */
export const SHOWN = { kind: 'shared-secret', header: 'X-Fake-Secret' } as const satisfies SharedSecret

/** What proves a delivery. */
export function proveWith(proof: Proof, secret: string, body: string, at = new Date()): Record<string, string> {
  if (proof.kind === 'shared-secret') return { [proof.header]: secret }
  const time = at.toISOString()
  const signature = createHmac('sha256', secret).update(time).update(body).digest('base64')
  return { [proof.header]: signature, [SIGNED.timestamp.header]: time }
}

/** Sends a delivery to an integration's own address, as the provider does. Answers the status. */
export async function pushTo(
  url: string,
  delivery: FakeDelivery,
  { proof, secret, invocation }: { readonly proof: Proof; readonly secret: string; readonly invocation?: string },
): Promise<number> {
  const body = JSON.stringify(delivery)
  const headers = { ...proveWith(proof, secret, body), ...(invocation && { 'x-fake-invocation': invocation }) }
  const response = await fetch(url, { method: 'POST', headers, body })
  await response.body?.cancel()
  return response.status
}

/** Sets webhooks up by API: what is there for the address is used again, and what is there twice goes. */
const subscription: Subscribing = {
  async subscribe(client, { url, secret }) {
    const { hooks } = (await ask(client, 'GET', '/hooks')) as { readonly hooks: readonly FakeHook[] }
    const [found, ...more] = hooks.filter((each) => each.url === url)
    for (const { id } of more) await ask(client, 'DELETE', `/hooks/${id}`)
    const made = found
      ? await ask(client, 'PUT', `/hooks/${found.id}`, { secret })
      : await ask(client, 'POST', '/hooks', { url, secret })
    const hook = made as FakeHook
    return { made: { id: hook.id }, secret: hook.secret === secret ? null : hook.secret }
  },
  async unsubscribe(client, made) {
    const { id } = made as { readonly id: string }
    try {
      await ask(client, 'DELETE', `/hooks/${id}`)
    } catch (error) {
      if (!(error instanceof NotFoundError)) throw error
    }
  },
}

async function ask(client: AccountClient, method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: Json) {
  const call = { method, path, ...(body !== undefined && { body }) }
  return (await client.request(call)).body
}

/** The connector of the invented provider, as one that pushes to each integration. */
export const ownConnector = (proof: Proof, by: 'api' | 'hand' = 'hand'): typeof fakeConnector => ({
  ...fakeConnector,
  webhook: {
    ...fakeConnector.webhook,
    addressee: 'integration',
    proof,
    subscription: by === 'api' ? subscription : null,
  },
})
