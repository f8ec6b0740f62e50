import { iso } from '../../iso.ts'
import type { Webhook } from '../records.ts'
import type { World } from '../world.ts'
import { headersOf, signed } from './sender.ts'

/** What webhooks that are not saved are signed with. Source: the provider's notes. */
export const testSecret = 'dGhpc19zZWNyZXRfaXNfZm9yX3Rlc3Rpbmdfb25seQ=='

const timeoutMs = 10_000

/** What was said to a webhook's test. */
export interface TestOutcome {
  readonly status: string
  readonly message: string
  readonly response_code?: number
  readonly response_body?: string
}

/** Calls a webhook once, and tells what it answered. What the body holds, and the words of the outcome, are not confirmed by a source. */
export async function callForTest(world: World, webhook: Webhook): Promise<TestOutcome> {
  const hasBody = webhook.http_method !== 'GET' && webhook.http_method !== 'DELETE'
  const body = hasBody ? JSON.stringify({ test: true }) : ''
  const at = iso(world.clock.now())
  try {
    const response = await fetch(webhook.endpoint, {
      method: webhook.http_method,
      headers: { ...headersOf(world, webhook, 'TEST'), ...signed(webhook.secret, at, body) },
      ...(hasBody ? { body } : {}),
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    })
    const outcome = { response_code: response.status, response_body: await response.text() }
    return response.ok ? { status: 'success', message: 'OK', ...outcome } : { ...failed('was refused'), ...outcome }
  } catch (error) {
    // Nobody is there, or is too slow: the caller is told so.
    return failed(error instanceof Error ? error.message : String(error))
  }
}

function failed(message: string): TestOutcome {
  return { status: 'failed', message }
}
