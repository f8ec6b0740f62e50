import { z } from 'zod'
import type { Answer } from '../../kit/account-client.ts'
import {
  CredentialError,
  NotFoundError,
  type ProviderError,
  RateLimitedError,
  RejectedError,
  UnavailableError,
} from '../../kit/errors.ts'
import { retryAfter } from '../../kit/retry.ts'
import { PROVIDER } from './wire.ts'

/** 400 and 409 name fields; the others hold one code and message. 404 has no body. Source: Freshdesk API v2, "Errors". */
const wireProblem = z.looseObject({
  description: z.string().nullish(),
  errors: z
    .array(z.looseObject({ field: z.string().nullish(), message: z.string().nullish(), code: z.string().nullish() }))
    .nullish(),
  code: z.string().nullish(),
  message: z.string().nullish(),
})
type Problem = z.output<typeof wireProblem>

/** The agent behind the key may not do this; another agent's key might. */
export class ForbiddenError extends RejectedError {}

/** 403s that shut the agent out altogether, until a person mends it. */
const SHUT_OUT: ReadonlySet<string> = new Set(['password_lockout', 'password_expired', 'account_suspended'])

/** Whether something was refused since it is said on a web chat, where words are structured. */
export const wantsStructure = (error: unknown): boolean =>
  error instanceof RejectedError && /\bstructured_body\b/.test(error.reason)

/** What the contract's inputs call the fields of Freshdesk's records. */
const FIELDS: Readonly<Record<string, string>> = {
  requester_id: 'contactRemoteId',
  responder_id: 'assigneeRemoteId',
  group_id: 'teamRemoteId',
  company_id: 'companyRemoteId',
  due_by: 'dueAt',
  fr_due_by: 'dueAt',
  cc_emails: 'copiedTo',
  unique_external_id: 'externalId',
  domains: 'website',
  body: 'text',
  structured_body: 'text',
  primary_id: 'intoRemoteId',
  ticket_ids: 'remoteIds',
}

/** Fields of the account's own begin so. */
const CUSTOM = /^(?:cf_|custom_fields)/

const toField = (name: string): string => FIELDS[name] ?? (CUSTOM.test(name) ? 'customFields' : name)

const WINDOW_MS = 60_000

/** Freshdesk's own sentences, each with the field that it is about. */
function reasonOf({ description, errors, message }: Problem): string | null {
  const told = (errors ?? []).flatMap(({ field, message: said }) => (said ? [field ? `${field}: ${said}` : said] : []))
  return told.length > 0 ? told.join(' ') : (message ?? description ?? null)
}

/**
 * Turns an answer that is no success into the error that says what to do.
 *
 * Messages name the status and codes; Freshdesk's own sentences may quote what somebody wrote, so they are only in
 * `reason`.
 */
export function judge(answer: Answer): ProviderError | null {
  const { status } = answer
  if (status < 400) return null
  const problem = wireProblem.safeParse(answer.body).data ?? {}
  const first = problem.errors?.[0]
  const code = problem.code ?? first?.code ?? null
  const message = `answered ${status}${code === null ? '' : ` ${code}`}`
  if (status === 429) {
    const at = retryAfter(answer) ?? new Date(answer.receivedAt.getTime() + WINDOW_MS)
    return new RateLimitedError(PROVIDER, message, at)
  }
  if (status >= 500 || status === 408) return new UnavailableError(PROVIDER, message, retryAfter(answer))
  if (status === 401) {
    return new CredentialError(PROVIDER, `${message}; the key may have been reset in the profile of its agent`)
  }
  if (status === 403 && code !== null && SHUT_OUT.has(code)) return new CredentialError(PROVIDER, message)
  if (status === 404) return new NotFoundError(PROVIDER, message)
  const reason = reasonOf(problem) ?? `Freshdesk ${message}`
  if (status === 403) return new ForbiddenError(PROVIDER, message, null, reason)
  return new RejectedError(PROVIDER, message, first?.field ? toField(first.field) : null, reason)
}
