import { once } from 'node:events'
import { loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { batch, makeIntegration, upsert } from '../../test/store/records.ts'
import { sumUp } from '../graph/timed.ts'
import { SERVER_OPTION } from '../scratch.ts'
import { askChild, startChild } from './ask-child.ts'
import type { CrowdDone, CrowdOrder } from './crowd.ts'
import { residentBytes } from './spent.ts'
import { setStage, type Stage } from './stage.ts'

const FEW = 1_000
const MANY = 10_000
const CROWDS = 2
const SAID_LIVE = 100
const SAID_MEANWHILE = 20

/**
 * Measures a gateway process with many subscribers, each on a socket of its own: how long after a message is stored they hear
 * it, what memory a subscription costs, and how soon all are back and have caught up after `kill -9` of the gateway.
 *
 * Options: `--server URL` of a PostgreSQL server on which databases may be made.
 */
export async function benchComingBack(words: readonly string[]): Promise<void> {
  await using opened = new AsyncDisposableStack()
  const { values } = parseArgs({ args: [...words], options: { server: SERVER_OPTION } })
  const stage = await setStage(values.server, opened)
  await stage.start('subgraphs')
  let gateway = await stage.start('gateway')
  const say = await openConversation(stage)
  const crowds = Array.from({ length: CROWDS }, () => startChild('crowd.js', opened))
  const all = (order: CrowdOrder): Promise<CrowdDone[]> =>
    Promise.all(crowds.map((crowd) => askChild<CrowdDone>(crowd, order)))
  let said = 0
  const gather = async (size: number): Promise<CrowdDone[]> => {
    const after = await stage.store.events.latest(stage.workspaceId)
    return all({ kind: 'gather', url: stage.socketUrl, token: stage.token, after, said, size: size / CROWDS })
  }

  console.log('\n### subscribers of one gateway process\n')
  await gather(FEW)
  const lags: number[] = []
  for (; said < SAID_LIVE;) {
    await say()
    said += 1
    for (const done of await all({ kind: 'await', said })) lags.push(...done.lags)
  }
  const { p50, p95, max } = sumUp(lags)
  console.log(`stored → heard by ${FEW} subscribers: p50 ${p50}, p95 ${p95}, max ${max} ms (${lags.length} deliveries)`)

  const before = residentBytes(gateway)
  await gather(MANY)
  const each = (residentBytes(gateway) - before) / (MANY - FEW)
  console.log(`memory of ${MANY} subscriptions, a socket each: ${(each / 1_024).toFixed(1)} KiB each`)
  // From the first event on that all have heard, all share one execution.
  await say()
  said += 1
  await all({ kind: 'await', said })

  gateway.kill('SIGKILL')
  const killedAt = performance.now()
  await once(gateway, 'exit')
  for (let index = 0; index < SAID_MEANWHILE; index++) await say()
  said += SAID_MEANWHILE
  gateway = await stage.start('gateway')
  const backAt = performance.now()
  const done = await all({ kind: 'await', said })
  const seconds = (from: number): string => ((performance.now() - from) / 1_000).toFixed(1)
  const wrong = done.reduce((sum, each) => sum + each.wrong, 0)
  console.log(
    `after kill -9, ${MANY} back and caught up: ${seconds(killedAt)} s, ${seconds(backAt)} s after it listened again`,
  )
  console.log(
    `events lost, doubled or out of order: ${wrong}; load ${loadavg()
      .map((load) => load.toFixed(1))
      .join(' ')}`,
  )
}

/** Answers what says the next message, in a transaction of its own. */
async function openConversation({ store, workspaceId }: Stage): Promise<() => Promise<void>> {
  const { integrationId } = await makeIntegration(store.database, { workspaceId })
  await store.apply(batch(integrationId, 1, [upsert('conversation', 'c')]))
  let said = 0
  return async () => {
    const fields = { conversationRemoteId: 'c', text: `${said} ${Date.now()}` }
    await store.apply(batch(integrationId, 2 + said, [upsert('message', `m${said}`, fields)]))
    said += 1
  }
}
