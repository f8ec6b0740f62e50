import {
  MalformedError,
  NotFoundError,
  ProviderError,
  type ProviderErrorCode,
  RateLimitedError,
  RejectedError,
  UnavailableError,
} from './errors.ts'

/** Why something was not done at a provider, in words for whoever asked for it. */
export interface Told {
  readonly code: Exclude<ProviderErrorCode, 'SIGNATURE_INVALID'>
  /** The input field that is at fault; null when it is none. */
  readonly field: string | null
  readonly message: string
  /** When it makes sense to try again; null when nothing says so. */
  readonly retryAt: Date | null
}

/** What an input has fields for, so that a fault is told of one of them. */
export interface Fields {
  /** Every field that the input may have, given or not. */
  readonly inputFields: readonly string[]
  /** The one that a refusal is about when it names none of ours. */
  readonly field: string | null
}

/** What a provider's fault means for whoever asked, as a fault of a field; rethrows what is no provider's fault. */
export function toldOfField(error: unknown, field: string | null): Told {
  if (!(error instanceof ProviderError) || error.code === 'SIGNATURE_INVALID') throw error
  const waits = error instanceof UnavailableError || error instanceof RateLimitedError
  const named = error instanceof RejectedError || error instanceof NotFoundError
  return {
    code: error.code,
    field: named ? field : null,
    message: error instanceof RejectedError ? `${error.provider} refused: ${error.reason}` : error.message,
    retryAt: waits ? error.retryAt : null,
  }
}

/** What a fault of an action means for whoever asked. An answer that cannot be read leaves open whether it was done. */
export function toldOfAction(error: unknown, { field, inputFields }: Fields): Told {
  if (!(error instanceof ProviderError) || error instanceof MalformedError) {
    const provider = error instanceof ProviderError ? `${error.provider}: ` : ''
    const message = `${provider}what came back could not be read, so it may have been done: look before trying again`
    return { code: 'OUTCOME_UNKNOWN', field: null, message, retryAt: null }
  }
  const named = error instanceof RejectedError ? toInputField(error.field) : null
  return toldOfField(error, inputFields.find((each) => each === named) ?? field)
}

/** The provider has no such action. */
export const toldUnsupported = (title: string, action: string): Told => ({
  code: 'UNSUPPORTED',
  field: null,
  message: `${title} has no such action: ${action}`,
  retryAt: null,
})

/** The fields of inputs that are not called as the words of `actions.ts` are. */
const INPUT_FIELDS: Readonly<Record<string, string>> = { text: 'body', remoteIds: 'ticketIds', remoteId: 'agentId' }

/** What inputs call a word of `actions.ts`: `assigneeRemoteId` is `assigneeId`, `customFields.size` is `customFields`. */
function toInputField(word: string | null): string | null {
  const [first = ''] = word?.split('.') ?? []
  return INPUT_FIELDS[first] ?? first.replace(/RemoteId(s?)$/, 'Id$1')
}
