import type { Product } from './product.ts'
import { sumUp, type Timed } from './timed.ts'

const LISTS = [
  ['all tickets', '{ tickets(first: 1) { totalCount } }'],
  ['tickets by status', '{ tickets(first: 1, filter: { status: [SOLVED] }) { totalCount } }'],
  [
    'tickets by status and channel',
    '{ tickets(first: 1, filter: { status: [OPEN], channel: [EMAIL] }) { totalCount } }',
  ],
  ['contacts by provider', '{ contacts(first: 1, filter: { providers: [ZENDESK] }) { totalCount } }'],
  ['tickets by words', '{ tickets(first: 1, filter: { query: "refund" }) { totalCount } }'],
] as const
const TIMES = 20

/** Asks how long lists are. */
export async function timeCounts(
  product: Product,
): Promise<readonly { readonly name: string; readonly times: Timed }[]> {
  const timed = []
  for (const [name, query] of LISTS) {
    await product.ask(query)
    const times: number[] = []
    for (let n = 0; n < TIMES; n++) times.push((await product.ask(query)).ms)
    timed.push({ name, times: sumUp(times) })
  }
  return timed
}
