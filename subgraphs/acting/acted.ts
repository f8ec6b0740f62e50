import type { Json } from '../../store/kinds.ts'
import type { Stub } from '../interfaces/stub.ts'
import type { UserError } from '../interfaces/user-error.ts'

/** What is asked for, whatever the action. */
export interface Asking {
  /** The row id of the integration that the record belongs to. */
  readonly integrationId: string
  /** In whose name; null for the integration's own agent. */
  readonly agentRemoteId: string | null
  /** A repeated key answers what the first call did, and does nothing. */
  readonly idempotencyKey: string | null
  /** As it is compared when the key comes again. */
  readonly input: { readonly [key: string]: Json }
  /** Every field that the input may have, given or not. */
  readonly inputFields: readonly string[]
  /** The input field that a provider's refusal is about when it names none of ours. */
  readonly field: string | null
}

/** What came of it: the record that it was about; or null, and why it was not done. */
export interface Acted {
  readonly subject: Stub | null
  readonly userErrors: readonly UserError[]
  /** What it is on record as; null when it was refused before that. */
  readonly sendId: string | null
}

/** Nothing was done, and why. */
export const notDone = (userErrors: readonly UserError[]): Acted => ({
  subject: null,
  userErrors,
  sendId: null,
})
