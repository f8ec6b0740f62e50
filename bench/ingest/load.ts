import { Agent, request } from 'node:http'
import { makePush, type Push } from './push.ts'

/** How deliveries are sent: so many a second, for so long, whether or not those before were answered. */
export interface Load {
  readonly url: string
  readonly perSecond: number
  readonly seconds: number
  /** The number of the first delivery; each is sent once. */
  readonly from: number
}

/** What came of them. */
export interface Answered {
  /** Milliseconds from the moment that each was due until its 200 was there. */
  readonly times: readonly number[]
  /** How many were answered otherwise, or not at all. */
  readonly failed: number
}

/** So many connections a provider may hold; a delivery that finds none free waits for one, and that counts. */
const CONNECTIONS = 512

/** Sends an open load: what is slow to be answered holds up nothing, and is counted from when it was due. */
export async function sendLoad({ url, perSecond, seconds, from }: Load): Promise<Answered> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS })
  const times: number[] = []
  let failed = 0
  const all: Promise<void>[] = []
  const total = perSecond * seconds
  const begun = performance.now()
  for (let sent = 0; sent < total;) {
    const due = Math.min(total, Math.floor(((performance.now() - begun) / 1_000) * perSecond))
    for (; sent < due; sent++) {
      const dueAt = begun + (sent * 1_000) / perSecond
      const answered = post(agent, url, makePush(from + sent)).then(
        (status) => {
          if (status === 200) times.push(performance.now() - dueAt)
          else failed += 1
        },
        () => void (failed += 1),
      )
      all.push(answered)
    }
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
  await Promise.all(all)
  agent.destroy()
  return { times, failed }
}

function post(agent: Agent, url: string, { body, headers }: Push): Promise<number> {
  return new Promise((resolve, reject) => {
    const sending = request(url, { agent, method: 'POST', headers }, (response) => {
      response.resume()
      response.once('end', () => resolve(response.statusCode ?? 0))
    })
    sending.once('error', reject)
    sending.end(body)
  })
}
