import type { AccountClient, Answer, Call } from '../../../kit/account-client.ts'
import type { ReadContext } from '../../../kit/contract.ts'
import { judge } from '../../../subgraphs/freshdesk/judge.ts'

/** What a fake Freshdesk answers to one call. */
export interface Reply {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}

/** A Freshdesk made of one function, and what was asked of it. */
export interface FakeClient extends AccountClient {
  readonly calls: Call[]
}

/** The time at which every fake answers. */
export const NOW = new Date('2026-01-10T12:00:00Z')

/** The answer of a status, headers and body, as the kit's client hands it to `judge`. */
export const answerOf = ({ status = 200, headers = {}, body = null }: Reply): Answer => ({
  status,
  headers: new Headers(headers),
  body,
  receivedAt: NOW,
})

/** A client whose provider is a function; answers are judged as the real client has them judged. */
export function fakeClient(reply: (call: Call) => Reply): FakeClient {
  const calls: Call[] = []
  return {
    provider: 'freshdesk',
    accountId: '2150001',
    settings: { baseUrl: null, region: null, domain: 'acme', actorRemoteId: '991' },
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

/** A context over nothing that is stored, but for agents. */
export const contextOf = (agents: readonly string[] = [], now: Date = NOW): ReadContext => ({
  now,
  signal: new AbortController().signal,
  versions: async () => new Map(),
  stored: async (kind) => (kind === 'agent' ? agents : []),
  lastAsked: async () => new Map(),
})
