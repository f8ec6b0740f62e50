import type { AccountClient, Answer, Call } from '../../../kit/account-client.ts'
import type { ReadContext } from '../../../kit/contract.ts'
import type { Settings } from '../../../store/account.ts'
import { judge } from '../../../subgraphs/intercom/judge.ts'

/** What a fake Intercom answers to one call. */
export interface Reply {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: unknown
}

/** An Intercom made of one function, and what was asked of it. */
export interface FakeClient extends AccountClient {
  readonly calls: Call[]
}

/** The time at which every fake answers. */
export const NOW = new Date('2026-01-02T00:00:00Z')

export const SETTINGS: Settings = { baseUrl: null, region: null, domain: null, actorRemoteId: '991' }

/** The answer of a status, headers and body, as the kit's client hands it to `judge`. */
export const answerOf = ({ status = 200, headers = {}, body }: Reply): Answer => ({
  status,
  headers: new Headers(headers),
  body,
  receivedAt: NOW,
})

/** Intercom's error body. Source: REST 2.16, schema `error`. */
export const errorBody = (code: string, message = 'words of a customer', field: string | null = null): unknown => ({
  type: 'error.list',
  request_id: 'b6r0',
  errors: [{ code, message, field }],
})

/** A client whose provider is a function; answers are judged as the real client has them judged. */
export function fakeClient(reply: (call: Call) => Reply, settings: Settings = SETTINGS): FakeClient {
  const calls: Call[] = []
  return {
    provider: 'intercom',
    accountId: 'ws_k81',
    settings,
    calls,
    request: async (call) => {
      calls.push(call)
      const answer = answerOf(structuredClone(reply(call)))
      const error = judge(answer)
      if (error !== null) throw error
      return answer
    },
  }
}

/** A context over a map of stored versions, or over nothing. */
export function contextOf(
  versions: ReadonlyMap<string, Date | null> = new Map(),
  now: Date = NOW,
  lastAsked: ReadonlyMap<string, Date> = new Map(),
): ReadContext {
  return {
    now,
    signal: new AbortController().signal,
    versions: async () => versions,
    stored: async () => [...versions.keys()],
    lastAsked: async () => lastAsked,
  }
}
