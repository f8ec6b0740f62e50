import { subscribe } from 'node:diagnostics_channel'
import type { IncomingMessage } from 'node:http'
import type { Thread } from '../../kit/actions.ts'
import { appsOf } from '../../test/chaos/ground.ts'
import { type Desk, openDesks } from '../../test/chaos/desks.ts'
import { nowMs } from './now.ts'

/** What the bench tells the process of a provider. */
export type DeskOrder =
  | { readonly kind: 'open'; readonly provider: string }
  /** A person at the provider has webhooks sent to an address; nothing is done where the product does so by itself. */
  | { readonly kind: 'deliver'; readonly url: string }
  /** A customer writes into a thread of before, or a new one. */
  | { readonly kind: 'write'; readonly text: string; readonly thread: Thread | null }
  /** What went to and fro since the last answer. */
  | { readonly kind: 'tell' }

/** What it answers to each. */
export interface DeskOpened {
  /** By which the product finds the provider, and is known to it. */
  readonly settings: Readonly<Record<string, string>>
  /** With what a person connects. */
  readonly fields: readonly { readonly name: string; readonly value: string }[]
}
export interface DeskWrote {
  readonly thread: Thread | null
}
export interface DeskTold {
  /** When the first webhook was posted, and when it was acknowledged. */
  readonly postedMs: number
  readonly acknowledgedMs: number
  /** Calls of the provider's API: which, when each came in and was answered. */
  readonly calls: readonly { readonly path: string; readonly fromMs: number; readonly toMs: number }[]
}

let desk: Desk | null = null
let postedMs = Number.NaN
let acknowledgedMs = Number.NaN
let calls: { path: string; fromMs: number; toMs: number }[] = []
const opened = new AsyncDisposableStack()

const isWebhook = (path: string): boolean => path.includes('/webhooks/') && !path.startsWith('/__twin')

// What the twin sends by fetch, at the moment when it is written.
interface Sent {
  readonly request: { readonly path: string; readonly method: string }
}
subscribe('undici:client:sendHeaders', (message) => {
  const { path, method } = (message as Sent).request
  if (method === 'POST' && isWebhook(path) && Number.isNaN(postedMs)) postedMs = nowMs()
})
subscribe('undici:request:headers', (message) => {
  const { path, method } = (message as Sent).request
  if (method === 'POST' && isWebhook(path) && Number.isNaN(acknowledgedMs)) acknowledgedMs = nowMs()
})
const begun = new WeakMap<object, number>()
subscribe('http.server.request.start', (message) => {
  begun.set((message as { request: IncomingMessage }).request, nowMs())
})
subscribe('http.server.response.finish', (message) => {
  const { request } = message as { request: IncomingMessage }
  const path = request.url ?? ''
  if (!path.startsWith('/__twin')) calls.push({ path, fromMs: begun.get(request) ?? Number.NaN, toMs: nowMs() })
})

process.on('message', (order: DeskOrder) => void answer(order))
process.on('disconnect', () => process.exit())

async function answer(order: DeskOrder): Promise<void> {
  const done = await obey(order)
  process.send?.(done)
}

async function obey(order: DeskOrder): Promise<DeskOpened | DeskWrote | DeskTold> {
  if (order.kind === 'open') return open(order.provider)
  if (desk === null) throw new Error('expected the desk to be open')
  if (order.kind === 'write') return { thread: await desk.world.customerWrites(order) }
  if (order.kind === 'deliver') {
    await desk.world.deliverTo({ url: order.url, secret: '' }).catch(() => undefined)
    return { thread: null }
  }
  const told = { postedMs, acknowledgedMs, calls }
  postedMs = Number.NaN
  acknowledgedMs = Number.NaN
  calls = []
  return told
}

async function open(provider: string): Promise<DeskOpened> {
  const [only] = await openDesks(opened, [provider])
  if (only === undefined) throw new Error(`there is no desk of ${provider}`)
  desk = only
  const way = only.world.ways.find((each) => each.kind === 'fields')
  return {
    settings: appsOf([only]),
    fields: Object.entries(way?.values ?? {}).map(([name, value]) => ({ name, value })),
  }
}
