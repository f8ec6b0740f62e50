import { setTimeout as wait } from 'node:timers/promises'
import { z } from 'zod'
import { ask, type Graph } from './calls.ts'
import type { Desk } from './desks.ts'
import { integrationsOf } from './integrations.ts'

/** Who connects the desks, and connects anew what asks for it, by either gateway. */
export interface Owner {
  /** How often a desk was connected anew. */
  connected(provider: string): number
  /** It will have to be connected anew, once more. */
  expect(provider: string): void
  /** It may have to be, once more. */
  allow(provider: string): void
  /** What stood against connecting a desk anew the last time. */
  trouble(): string
  /** Which desks asked for it more often than there was a reason, or less. */
  wrong(): readonly string[]
  stop(): Promise<void>
}

const LOOK_MS = 300

/** Looks after the desks until it is stopped. */
export function attend(desks: readonly Desk[], graphs: readonly Graph[]): Owner {
  const counts = new Map<string, number>()
  const expected = new Map<string, number>()
  const allowed = new Map<string, number>()
  const asking = new Set<string>()
  const add = (to: Map<string, number>, provider: string): void => void to.set(provider, (to.get(provider) ?? 0) + 1)
  let stopped = false
  let trouble = 'nobody was asked to'
  const look = async (graph: Graph): Promise<void> => {
    for (const { provider, status } of await integrationsOf(graph)) {
      const desk = desks.find((each) => each.provider === provider.toLowerCase())
      if (desk === undefined) continue
      // Not by the answer of connecting it, which may get lost.
      if (status === 'ACTIVE' && asking.delete(desk.provider)) add(counts, desk.provider)
      if (status !== 'NEEDS_RECONNECT') continue
      asking.add(desk.provider)
      trouble = (await connect(graph, desk)) ?? trouble
    }
  }
  const attending = (async () => {
    for (let n = 0; !stopped; n += 1) {
      const graph = graphs[n % graphs.length]
      if (graph === undefined) return
      try {
        await look(graph)
      } catch (error) {
        // Something is broken, on our side or at the desk: they look again.
        trouble = String(error)
      }
      await wait(LOOK_MS)
    }
  })()
  return {
    connected: (provider) => counts.get(provider) ?? 0,
    expect: (provider) => add(expected, provider),
    allow: (provider) => add(allowed, provider),
    trouble: () => trouble,
    wrong: () =>
      desks.flatMap(({ provider }) => {
        const [times, least] = [counts.get(provider) ?? 0, expected.get(provider) ?? 0]
        const most = least + (allowed.get(provider) ?? 0)
        return times < least || times > most
          ? [`${provider} had to be connected anew ${times} times, with a reason for ${least} to ${most}`]
          : []
      }),
    async stop() {
      stopped = true
      await attending
    },
  }
}

const payload = z.object({
  integration: z.object({ id: z.string() }).nullable(),
  userErrors: z.array(z.object({ code: z.string(), message: z.string() })),
})
const authorizing = z.object({ authorizeIntegration: z.object({ url: z.string().nullable() }) })
const authorized = z.object({ completeAuthorization: payload })
const connected = z.object({ connectWithCredentials: payload })

/** Connects a desk's account as a person does, by the first way that the desk has. Answers what stands against it, or null. */
export async function connect(graph: Graph, { provider, world }: Desk): Promise<string | null> {
  const [way] = world.ways
  const fields = Object.entries(way?.values ?? {}).map(([name, value]) => ({ name, value }))
  const input = { provider: provider.toUpperCase(), fields }
  if (way?.kind !== 'oauth2') {
    const { connectWithCredentials } = await ask(graph, connected, { query: CONNECT, variables: { input } })
    return told(connectWithCredentials)
  }
  const { authorizeIntegration } = await ask(graph, authorizing, { query: AUTHORIZE, variables: { input } })
  const back = (await way.decide(authorizeIntegration.url ?? '', 'allow')).searchParams
  const answer = { state: back.get('state') ?? '', code: back.get('code') ?? '' }
  const { completeAuthorization } = await ask(graph, authorized, { query: COMPLETE, variables: { input: answer } })
  return told(completeAuthorization)
}

const told = ({ integration, userErrors }: z.output<typeof payload>): string | null =>
  integration === null ? JSON.stringify(userErrors) : null

const PAYLOAD = '{ integration { id } userErrors { code message } }'
const CONNECT = `mutation ($input: ConnectWithCredentialsInput!) { connectWithCredentials(input: $input) ${PAYLOAD} }`
const AUTHORIZE = `mutation ($input: AuthorizeIntegrationInput!) { authorizeIntegration(input: $input) { url } }`
const COMPLETE = `mutation ($input: CompleteAuthorizationInput!) { completeAuthorization(input: $input) ${PAYLOAD} }`
