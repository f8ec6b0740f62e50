import { setTimeout as wait } from 'node:timers/promises'
import { z } from 'zod'
import { toNodeId } from '../../store/id.ts'
import { ask } from './calls.ts'
import { differencesOf } from './differences.ts'
import type { Ground } from './ground.ts'
import { integrationsOf } from './integrations.ts'
import { stateOf, type Wish } from './senders.ts'

const standing = ({ graphs: [graph] }: Ground) => (graph === undefined ? [] : integrationsOf(graph))

/** Which desks are not connected, not pushing to us, or not read to their end. */
export async function whatIsUnsynced(ground: Ground): Promise<string[]> {
  return (await standing(ground)).flatMap(({ provider, status, syncedAt, syncing, webhook }) => [
    ...(status !== 'ACTIVE' || syncedAt === null || syncing
      ? [`${provider} is ${status} and not read to its end`]
      : []),
    ...(webhook === null || webhook.state === 'SUBSCRIBED'
      ? []
      : [`${provider} does not push: ${webhook.state} (${webhook.reason})`]),
  ])
}

/** Has everything that was due sent and read, and says what is still not as it should be. */
export async function whatIsUnhealed(ground: Ground, wishes: readonly Wish[]): Promise<string[]> {
  const { desks, server } = ground
  await Promise.all(desks.map(({ world }) => world.delivered()))
  const pending = await server.query<{ topic: string }>(`select topic from delivery where status = 'PENDING'`)
  const unsynced = await whatIsUnsynced(ground)
  if (pending.length > 0 || unsynced.length > 0)
    return [...unsynced, ...pending.map(({ topic }) => `${topic} waits to be worked`)]
  const differences = (await Promise.all(desks.map((desk) => differencesOf(desk, server)))).flat()
  if (differences.length > 0) await askForAudits(ground)
  return [...differences, ...(await whatWasNotSentOnce(ground, wishes))]
}

/** Has every desk read again, and held against its lists: what was deleted without a word is found by that alone. */
async function askForAudits(ground: Ground): Promise<void> {
  const query = `mutation ($input: IntegrationInput!) {
    syncIntegration(input: $input) { integration { id } } auditIntegration(input: $input) { integration { id } } }`
  for (const { id } of await standing(ground)) {
    for (const graph of ground.graphs.slice(0, 1))
      await ask(graph, z.unknown(), { query, variables: { input: { id } } })
  }
}

const audited = z.object({
  integrations: z.object({
    nodes: z.array(
      z.object({
        provider: z.string(),
        completeness: z.array(
          z.object({
            stream: z.string(),
            method: z.string().nullable(),
            state: z.string().nullable(),
            percent: z.number().nullable(),
          }),
        ),
      }),
    ),
  }),
})

/** Has every desk audited once more when the mirror is equal: what the ledger does not call whole. */
export function ledgerOf(ground: Ground): () => Promise<string[]> {
  let isAsked = false
  return async () => {
    if (!isAsked) await askForAudits(ground)
    isAsked = true
    const [graph] = ground.graphs
    if (graph === undefined) return []
    const query = '{ integrations { nodes { provider completeness { stream method state percent } } } }'
    const { integrations: found } = await ask(graph, audited, { query })
    return found.nodes.flatMap(({ provider, completeness }) =>
      completeness
        .filter(({ method, state, percent }) => method !== null && (state !== 'DONE' || percent !== 100))
        .map(({ stream, state, percent }) => `the ledger has ${provider} ${stream} at ${percent} % (${state})`),
    )
  }
}

/** Each wish that is not over, or whose words do not stand at its desk as often as its state says. */
async function whatWasNotSentOnce({ desks, server, graphs }: Ground, wishes: readonly Wish[]): Promise<string[]> {
  const wrong: string[] = []
  const [graph] = graphs
  if (graph === undefined) return wrong
  for (const { provider, world } of desks) {
    const all = await server.query<{ kind: 'ticket' | 'conversation'; id: string; remoteId: string; gone: boolean }>(
      `select 'ticket' as kind, id, remote_id as "remoteId", deleted_at is not null as gone from ticket where provider = $1
       union all select 'conversation', id, remote_id, deleted_at is not null from conversation where provider = $1`,
      [provider],
    )
    const threads = all.filter(({ gone }) => !gone)
    // Words go with their thread, and with them what could tell whether a send arrived before.
    const gone = new Set(all.filter((each) => each.gone).map(({ kind, id }) => toNodeId(kind, id)))
    const said = new Map<string, number>()
    for (const thread of threads) {
      for (const { text } of await world.messages(thread).catch(() => [])) said.set(text, (said.get(text) ?? 0) + 1)
    }
    for (const wish of wishes.filter(({ provider: where }) => where.toLowerCase() === provider)) {
      const times = said.get(wish.text) ?? 0
      const state = await stateOf(graph, wish)
      const expected = state === 'SENT' ? 1 : 0
      const isGone = gone.has(wish.threadId)
      const isOver = !['QUEUED', 'SENDING', 'no answer'].includes(state) && (isGone || state !== 'UNKNOWN')
      if (!isOver || (times !== expected && !isGone))
        wrong.push(`${wish.key} (${wish.outcome}) is ${state} and stands at ${provider} ${times} times`)
    }
  }
  return wrong
}

/** How each wish stands. */
export async function endsOf({ graphs: [graph] }: Ground, wishes: readonly Wish[]): Promise<string[]> {
  const ends: string[] = []
  for (const wish of wishes) ends.push(graph === undefined ? wish.outcome : await stateOf(graph, wish))
  return ends
}

/** How long something is waited for, and who hears how it goes. */
export interface Patience {
  readonly forMs: number
  readonly log: (line: string) => void
}

/** Looks until there is nothing to say, and answers what was said last. */
export async function waitUntil(
  { forMs, log }: Patience,
  look: () => Promise<readonly string[]>,
): Promise<readonly string[]> {
  const end = performance.now() + forMs
  for (let before = -1; ;) {
    const said = await look().catch((error: unknown) => [String(error)])
    if (said.length !== before) log(`  ${said.length} to mend${said.length > 0 ? `: ${said[0]}` : ''}`)
    before = said.length
    if (said.length === 0 || performance.now() > end) return said
    await wait(1_000)
  }
}
