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

/** Somebody changed the record since it was read: read it again before another try. Source: "Protecting against ticket update collisions". */
export class ConflictError extends RejectedError {}

const text = z.string().nullish()

/** A code and a sentence, with what is wrong with each field. Errors come in four forms; this is two of them. Source: "Requests and responses". */
const wireRefusal = z.looseObject({
  error: z.string(),
  description: text,
  error_description: text,
  details: z
    .record(z.string(), z.array(z.looseObject({ description: text })))
    .nullish()
    .catch(null),
})

/** A title and a message. */
const wireTitled = z.looseObject({ error: z.looseObject({ title: text, message: text }) })

/** A list of them: of the webhooks API and what is newer. */
const wireListed = z.looseObject({ errors: z.array(z.looseObject({ code: text, title: text, detail: text })).min(1) })

interface Told {
  readonly code: string | null
  readonly reason: string | null
  readonly field: string | null
}

const UNTOLD: Told = { code: null, reason: null, field: null }

/** What our inputs call the fields of Zendesk's that have another name there. */
const FIELDS: Readonly<Record<string, string>> = {
  assignee: 'assigneeId',
  assignee_id: 'assigneeId',
  group: 'teamId',
  group_id: 'teamId',
  organization: 'companyId',
  organization_id: 'companyId',
  requester: 'contactId',
  requester_id: 'contactId',
  due_at: 'dueAt',
  external_id: 'externalId',
  custom_status_id: 'status',
  domain_names: 'website',
  comment: 'body',
}

/** Fields of the account's own are called by their ids, or under the name of their list. */
const CUSTOM = /^(?:\d+|custom_fields|(?:ticket_|user_|organization_)?fields)(?:[._[].*)?$/

/** What is wrong with the record as a whole may be a field of the account's own that it has not. */
const toField = (name: string, sentence: string | undefined): string | null => {
  if (name === 'base') return /^custom field\b/i.test(sentence ?? '') ? 'customFields' : null
  return CUSTOM.test(name) ? 'customFields' : (FIELDS[name] ?? name)
}

function fromRefusal(told: z.output<typeof wireRefusal>): Told {
  const details = Object.entries(told.details ?? {})
  const sentences = details.flatMap(([, problems]) => problems.flatMap(({ description }) => description ?? []))
  const [named] = details.map(([name]) => name)
  const said = sentences.length > 0 ? sentences.join('; ') : (told.description ?? told.error_description)
  return {
    code: told.error,
    reason: said ?? told.error,
    field: named === undefined ? null : toField(named, sentences[0]),
  }
}

function read(body: unknown): Told {
  const refusal = wireRefusal.safeParse(body)
  if (refusal.success) return fromRefusal(refusal.data)
  const titled = wireTitled.safeParse(body).data?.error
  if (titled) return { code: titled.title ?? null, reason: titled.message ?? titled.title ?? null, field: null }
  const first = wireListed.safeParse(body).data?.errors[0]
  return { code: first?.code ?? null, reason: first?.detail ?? first?.title ?? null, field: null }
}

/** A code is a word; sentences may hold a customer's and stay out of messages. */
const isCode = (code: string): boolean => /^\w{1,60}$/.test(code)

/** Zendesk was busy with the same row: nothing was done, and asking again helps. */
const BUSY: ReadonlySet<string> = new Set(['DatabaseConflict', 'DatabaseError'])

const wireJobs = z.looseObject({ job_statuses: z.array(z.looseObject({ status: z.string() })).min(1) })

/** Between two looks at work that was taken on. */
const JOB_PAUSE_MS = 2_000

/** Work that is not over, by the list of jobs: looked at again as if nobody had answered, as long as the caller has patience. */
function unfinished(answer: Answer): ProviderError | null {
  const jobs = wireJobs.safeParse(answer.body)
  if (!jobs.success || jobs.data.job_statuses.every(({ status }) => !/^(?:queued|working)$/.test(status))) return null
  const at = new Date(answer.receivedAt.getTime() + JOB_PAUSE_MS)
  return new UnavailableError(PROVIDER, 'the work was taken on and is not done yet', at)
}

/** The window of every limit: a minute. */
const WINDOW_MS = 60_000

/**
 * Turns an answer that is no success into the error that says what to do.
 *
 * Messages name the status, the code and Zendesk's request id; its own sentences may hold a customer's words, so they are
 * only in `reason`. Bodies of throttled answers are not looked at.
 */
export function judge(answer: Answer): ProviderError | null {
  const { status, body } = answer
  if (status < 400) return unfinished(answer)
  const { code, reason, field } = status === 429 ? UNTOLD : read(body)
  const request = answer.headers.get('X-Request-Id')
  const named = code !== null && isCode(code) ? ` ${code}` : ''
  const message = `answered ${status}${named}${request === null ? '' : ` (request ${request})`}`
  if (status === 429) {
    const at = retryAfter(answer) ?? new Date(answer.receivedAt.getTime() + WINDOW_MS)
    return new RateLimitedError(PROVIDER, message, at)
  }
  if (status >= 500 || status === 408) return new UnavailableError(PROVIDER, message, retryAfter(answer))
  if (status === 401) return new CredentialError(PROVIDER, `${message}: it has ended, or was never good`)
  // Every address of the API answers JSON, so that a page stands where there is no account.
  if (status === 404 && typeof body === 'string') {
    return new CredentialError(PROVIDER, `${message} with a page: there is no help desk of that subdomain`)
  }
  if (status === 404) return new NotFoundError(PROVIDER, message)
  const told = reason ?? `Zendesk ${message}`
  if (status === 409) {
    if (code !== null && BUSY.has(code)) return new UnavailableError(PROVIDER, message, null)
    return new ConflictError(PROVIDER, message, field, told)
  }
  return new RejectedError(PROVIDER, message, field, told)
}
