import type { Asked, Product } from './product.ts'
import { sumUp, type Timed } from './timed.ts'

const PAGE = `
  query Page($after: String, $filter: TicketFilter) {
    tickets(first: 50, after: $after, filter: $filter) {
      pageInfo { endCursor }
      nodes {
        id number subject status priority updatedAt
        contact { id name email }
        assignee { id name }
        company { id name }
        customer { id name }
        lastMessage { id text createdAt }
      }
    }
  }`

/** Pages that are walked through a list before the next list. */
const DEEP = 20
/** A server that has served for a while is measured: until then its code is compiled while it is asked. */
const WARM = 80

/** Asks for pages of tickets, no two the same, after some hundred that warm up. */
export async function timePages(product: Product): Promise<Timed> {
  const filters = [{}, { status: ['OPEN'] }, { status: ['SOLVED'] }, { priority: ['URGENT'] }, { channel: ['EMAIL'] }]
  for (const channel of ['CHAT', 'PHONE', 'WEB']) await walk(product, { channel: [channel] }, WARM)
  await walk(product, { priority: ['LOW'] }, WARM)
  const times: number[] = []
  for (const filter of filters) times.push(...(await walk(product, filter, DEEP)))
  return sumUp(times)
}

async function walk(
  product: Product,
  filter: Readonly<Record<string, unknown>>,
  deep: number,
): Promise<readonly number[]> {
  const times: number[] = []
  let after: string | null = null
  for (let n = 0; n < deep; n++) {
    const asked: Asked = await product.ask(PAGE, { after, filter })
    times.push(asked.ms)
    after = endOf(asked.data)
  }
  return times
}

function endOf(data: Readonly<Record<string, unknown>>): string {
  const tickets: { readonly pageInfo: { readonly endCursor: string }; readonly nodes: readonly unknown[] } = JSON.parse(
    JSON.stringify(data['tickets']),
  )
  if (tickets.nodes.length !== 50) throw new Error(`expected 50 tickets, but got ${tickets.nodes.length}`)
  return tickets.pageInfo.endCursor
}
