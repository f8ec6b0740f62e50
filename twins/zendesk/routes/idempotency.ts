import { createHash } from 'node:crypto'
import type { TwinReply } from '../../exchange.ts'
import { later } from '../../iso.ts'
import { refusal } from '../errors.ts'
import { nowIn } from '../../world.ts'
import type { ApiCall } from './call.ts'

/** Keys are known this long. Source: the provider's notes, unconfirmed there. */
const keySeconds = 7_200
const longestKey = 255

/** The header, once it is part of a call's body; no field of the provider begins so. */
export const keyField = '$idempotency_key'

/**
 * Creates once for each key: the same request again is answered as it was then.
 *
 * @throws 400 the key was used with something else
 */
export function remembering(call: ApiCall, create: () => TwinReply): TwinReply {
  const { world } = call
  const { [keyField]: sent, ...body } = call.body
  if (typeof sent !== 'string') return create()
  if (sent.length > longestKey)
    throw refusal(400, 'IdempotentRequestError', `Idempotency-Key is longer than ${longestKey} characters`)
  const key = `${call.caller.id} ${sent}`
  const asked = createHash('sha256')
    .update(`${call.path} ${JSON.stringify(body)}`)
    .digest('hex')
  const known = world.remembered.get(key)
  if (known && known.expiresAt > nowIn(world)) {
    if (known.asked !== asked) {
      const description = 'Request parameters differ from the ones that were sent with this idempotency key before'
      throw refusal(400, 'IdempotentRequestError', description)
    }
    return { status: known.status, json: known.json, headers: { 'x-idempotency-lookup': 'hit' } }
  }
  const reply = create()
  const { status, json } = reply
  world.remembered.set(key, { key, asked, status, json, expiresAt: later(nowIn(world), keySeconds) })
  return { ...reply, headers: { ...reply.headers, 'x-idempotency-lookup': 'miss' } }
}
