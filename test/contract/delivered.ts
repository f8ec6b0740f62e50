import type { Stream, Webhook } from '../../kit/contract.ts'
import type { Thread } from '../../kit/actions.ts'
import type { Json } from '../../store/kinds.ts'
import { type Received, reply, startHttpServer } from '../kit/http-server.ts'
import type { Touch } from './driver.ts'
import { type Mirror, wordsIn } from './mirror.ts'
import { emptyMirror, type Stage } from './stage.ts'

/** A delivery as it came in. */
export interface Delivered extends Received {
  readonly receivedAt: Date
}

/** Somebody's doing in a stream. */
export interface Deed {
  readonly stream: Stream
  readonly touch: Touch
}

/** What happened while deliveries came in. */
export interface Deliveries {
  readonly posted: readonly Delivered[]
  /** What they are proven by. */
  readonly secret: string
  /** The thread that a customer wrote into, and what they said, one after the other. */
  readonly written: Thread
  readonly changed: readonly Deed[]
  readonly removed: readonly Deed[]
}

/** The JSON of a delivery. */
export const toJson = ({ body }: Received): Json => {
  const json: Json = JSON.parse(body)
  return json
}

/** A server that keeps what it is sent, and when. */
export async function startInbox(stage: Stage) {
  const times: Date[] = []
  const server = await startHttpServer((response) => {
    times.push(stage.access.clock.now())
    reply(200)(response)
  })
  const posted = (): Delivered[] =>
    server.received
      .map((each, index) => ({ ...each, receivedAt: times[index] ?? stage.access.clock.now() }))
      .filter(({ method }) => method === 'POST')
  const url = `${server.url}/webhooks/${stage.connector.provider}`
  return { url, posted, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
}

/** Our own secret of an address, as long as those that are made. */
export const OWN_SECRET = 'k7Q2vX9pL4tR8wZ1mB6nC3dF5gH0jS2aY7uE'

/** Has pushes come to an address: by the connector where it subscribes, else by a person. Answers their secret. */
export async function subscribe(stage: Stage, webhook: Webhook, url: string): Promise<string> {
  const address = { url, secret: OWN_SECRET }
  if (webhook.subscription === null) return await stage.world.deliverTo(address)
  const { secret } = await webhook.subscription.subscribe(stage.client(), address)
  return secret ?? OWN_SECRET
}

/** A customer writes, and people change and delete a record of each stream; every push is waited for before time goes on. */
export async function openDeliveries(stage: Stage, webhook: Webhook, said: readonly string[]): Promise<Deliveries> {
  const { world, connector } = stage
  await using inbox = await startInbox(stage)
  const secret = await subscribe(stage, webhook, inbox.url)
  const meanwhile = async <Result>(happen: () => Promise<Result>): Promise<Result> => {
    await stage.pass(60_000)
    const result = await happen()
    await world.delivered()
    return result
  }
  let written: Thread | null = null
  for (const text of said) {
    const thread: Thread | null = written
    written = await meanwhile(() => world.customerWrites({ thread, text }))
  }
  if (written === null) throw new Error('nothing was said')
  const changed: Deed[] = []
  const removed: Deed[] = []
  for (const stream of connector.streams) {
    const touch = await meanwhile(() => world.change(stream.name))
    if (touch !== null) changed.push({ stream, touch })
  }
  for (const stream of connector.streams) {
    const touch = await meanwhile(() => world.remove(stream.name))
    if (touch !== null) removed.push({ stream, touch })
  }
  return { posted: inbox.posted(), secret, written, changed, removed }
}

/** One record, as reading it now says. */
export async function fresh(stage: Stage, stream: Stream, remoteId: string): Promise<Mirror> {
  const mirror = emptyMirror()
  mirror.apply((await stream.readOne?.(stage.client(), remoteId, stage.context(mirror))) ?? [])
  return mirror
}

/** What the engine does with a delivery. */
export async function work(
  stage: Stage,
  webhook: Webhook,
  { delivery, mirror }: { readonly delivery: Delivered; readonly mirror: Mirror },
): Promise<void> {
  const { changes, reread } = webhook.interpret(toJson(delivery))
  mirror.apply(changes)
  for (const { stream: name, remoteId } of reread) {
    const stream = stage.connector.streams.find((each) => each.name === name)
    mirror.apply((await stream?.readOne?.(stage.client(), remoteId, stage.context(mirror))) ?? [])
  }
}

/** What the customer wrote, by deliveries alone and by reading the records that they name. */
export async function tellsOf(stage: Stage, webhook: Webhook, { posted, written }: Deliveries): Promise<string[]> {
  const mirror = emptyMirror()
  for (const delivery of posted) mirror.apply(webhook.interpret(toJson(delivery)).changes)
  const told = wordsIn(mirror, written)
  const named = posted.flatMap((delivery) => webhook.interpret(toJson(delivery)).reread)
  const threads = stage.connector.streams.filter(({ kind }) => kind === written.kind).map(({ name }) => name)
  if (named.some(({ stream, remoteId }) => threads.includes(stream) && remoteId === written.remoteId)) {
    for (const stream of stage.connector.streams.filter(({ name }) => threads.includes(name)))
      told.push(...wordsIn(await fresh(stage, stream, written.remoteId), written))
  }
  return told
}
