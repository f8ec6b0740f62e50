import { setTimeout as wait } from 'node:timers/promises'
import { z } from 'zod'
import { createRandom, type Random } from '../../twins/random.ts'
import { ask, CallError, type Graph } from './calls.ts'

/** One message that an agent wanted to reach a customer. */
export interface Wish {
  readonly text: string
  readonly key: string
  readonly threadId: string
  readonly provider: string
  /** Whether it is asked for in the background. */
  readonly inBackground: boolean
  /** What the last answer said to the one who asked. */
  outcome: string
  /** By which its state is asked for later; null when no answer told it. */
  sendId: string | null
  asked: number
}

/** Agents who answer customers by the graph, whatever breaks. */
export interface Senders {
  readonly wishes: readonly Wish[]
  /** Takes no new wish up, and ends when every one of them has an outcome. */
  stop(): Promise<void>
}

const threads = z.object({
  conversations: z.object({ nodes: z.array(z.object({ id: z.string(), provider: z.string() }).nullable()) }),
  tickets: z.object({ nodes: z.array(z.object({ id: z.string(), provider: z.string() }).nullable()) }),
})

const THREADS = `{
  conversations(first: 60, filter: { status: [OPEN] }) { nodes { id provider } }
  tickets(first: 60, filter: { status: [NEW, OPEN, PENDING] }) { nodes { id provider } } }`

const sent = z.object({
  sendMessage: z.object({
    send: z.object({ id: z.string(), state: z.string() }).nullable(),
    userErrors: z.array(z.object({ code: z.string() })),
  }),
})

const SEND = `mutation ($input: SendMessageInput!) {
  sendMessage(input: $input) { send { id state } userErrors { code } } }`

const WAIT_MS = 2_000

/** Codes after which nothing was done and the same wish may be told again under its key. */
const AGAIN = new Set([
  'PROVIDER_UNAVAILABLE',
  'RATE_LIMITED',
  'PROVIDER_RATE_LIMITED',
  'IN_PROGRESS',
  'INTEGRATION_INACTIVE',
  'CREDENTIAL_REFUSED',
])

/** Answers that say that something broke on our side: the wish is told again under its key. */
const PAUSE_MS = 400
const MOST_ASKED = 200

/** Sends messages by any of the gateways until it is stopped. */
export function send(graphs: readonly Graph[], seed: number, everyMs: number): Senders {
  const random = createRandom(seed, 'senders')
  const wishes: Wish[] = []
  const underWay: Promise<void>[] = []
  let stopped = false
  const begin = async (): Promise<void> => {
    let known: readonly { readonly id: string; readonly provider: string }[] = []
    for (let n = 0; !stopped; n += 1) {
      if (n % 20 === 0 || known.length === 0) known = await threadsOf(graphs, random).catch(() => known)
      if (known.length > 0) {
        const { id, provider } = random.pick(known)
        const wish: Wish = {
          text: `Agent answer ${seed}-${n}-${random.hex(8)}`,
          key: `chaos-${seed}-${n}`,
          threadId: id,
          provider,
          inBackground: random.chance(0.5),
          outcome: 'none yet',
          sendId: null,
          asked: 0,
        }
        wishes.push(wish)
        underWay.push(fulfil(graphs, wish, createRandom(seed, wish.key)))
      }
      await wait(random.int(1, 2 * everyMs))
    }
  }
  const beginning = begin()
  return {
    wishes,
    async stop() {
      stopped = true
      await beginning
      await Promise.all(underWay)
    },
  }
}

async function threadsOf(graphs: readonly Graph[], random: Random) {
  const { conversations, tickets } = await ask(random.pick(graphs), threads, { query: THREADS })
  return [...conversations.nodes, ...tickets.nodes].filter((node) => node !== null)
}

async function fulfil(graphs: readonly Graph[], wish: Wish, random: Random): Promise<void> {
  const input = {
    [wish.threadId.startsWith('ticket') ? 'ticketId' : 'conversationId']: wish.threadId,
    body: wish.text,
    idempotencyKey: wish.key,
    ...(wish.inBackground && { waitMs: WAIT_MS }),
  }
  while (wish.asked < MOST_ASKED) {
    wish.asked += 1
    try {
      const { sendMessage } = await ask(random.pick(graphs), sent, { query: SEND, variables: { input } })
      const { send: record, userErrors } = sendMessage
      wish.sendId = record?.id ?? wish.sendId
      wish.outcome = userErrors[0]?.code ?? record?.state ?? 'NOTHING'
      if (!AGAIN.has(wish.outcome)) return
    } catch (error) {
      if (!(error instanceof CallError)) throw error
      wish.outcome = 'no answer'
    }
    await wait(PAUSE_MS)
  }
}

const standing = z.object({ send: z.object({ state: z.string() }).nullable() })

/** How a wish stands by now: the state of its send, or what its asker was told where none is on record. */
export async function stateOf(graph: Graph, { sendId, outcome }: Wish): Promise<string> {
  if (sendId === null) return outcome
  const query = 'query ($id: ID!) { send(id: $id) { state } }'
  return (await ask(graph, standing, { query, variables: { id: sendId } })).send?.state ?? outcome
}
