import { type ChildProcess, fork, spawn } from 'node:child_process'
import { randomBytes, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'
import { Client } from 'pg'
import { openStore, type Store } from '../../store/store.ts'
import { packageRoot } from '../../server/package-root.ts'
import { batch, makeIntegration, upsert } from '../../test/store/records.ts'
import { sumUp } from '../graph/timed.ts'
import type { CrowdDone, CrowdOrder } from './crowd.ts'

const FEW = 1_000
const MANY = 10_000
const CROWDS = 2
const SAID_LIVE = 100
const SAID_MEANWHILE = 20
const PORTS = { gateway: 23_901, subgraphs: 23_902 }

/** A gateway and subgraphs in processes of their own, and a database into which the bench writes. */
interface Stage {
  readonly store: Store
  readonly workspaceId: string
  readonly token: string
  readonly start: (role: 'gateway' | 'subgraphs') => Promise<ChildProcess>
  /** Says the next message, in a transaction of its own. */
  readonly say: () => Promise<void>
}

/**
 * Measures a gateway process with many subscribers, each on a socket of its own: how long after a message is stored they hear
 * it, what memory a subscription costs, and how soon all are back and have caught up after `kill -9` of the gateway.
 *
 * @param server a PostgreSQL server on which a database may be made, which is dropped
 */
export async function benchComingBack(server: string): Promise<void> {
  await using opened = new AsyncDisposableStack()
  const stage = await setStage(server, opened)
  await stage.start('subgraphs')
  let gateway = await stage.start('gateway')
  const crowds = Array.from({ length: CROWDS }, () => fork(fileURLToPath(new URL('./crowd.js', import.meta.url))))
  opened.defer(() => crowds.forEach((crowd) => void crowd.kill()))
  const url = `ws://127.0.0.1:${PORTS.gateway}/graphql`
  const all = (order: CrowdOrder): Promise<CrowdDone[]> => Promise.all(crowds.map((crowd) => ask(crowd, order)))
  let said = 0
  const gather = async (size: number): Promise<CrowdDone[]> => {
    const after = await stage.store.events.latest(stage.workspaceId)
    return all({ kind: 'gather', url, token: stage.token, after, said, size: size / CROWDS })
  }

  console.log('\n### subscribers of one gateway process\n')
  await gather(FEW)
  const lags: number[] = []
  for (; said < SAID_LIVE;) {
    await stage.say()
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
  await stage.say()
  said += 1
  await all({ kind: 'await', said })

  gateway.kill('SIGKILL')
  const killedAt = performance.now()
  await once(gateway, 'exit')
  for (let index = 0; index < SAID_MEANWHILE; index++) await stage.say()
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

async function setStage(server: string, opened: AsyncDisposableStack): Promise<Stage> {
  const name = `switchboard_bench_${randomUUID().replaceAll('-', '')}`
  const admin = new Client({ connectionString: server })
  await admin.connect()
  await admin.query(`create database ${name}`)
  opened.defer(async () => {
    await admin.query(`drop database if exists ${name} with (force)`)
    await admin.end()
  })
  const databaseUrl = Object.assign(new URL(server), { pathname: `/${name}` }).href
  const key = randomBytes(32)
  const keys = [{ id: 'bench', key }]
  const store = opened.use(await openStore({ databaseUrl, home: tmpdir(), keys, log: () => undefined }))
  const { id: workspaceId } = await store.workspaces.ensure('bench')
  const { integrationId } = await makeIntegration(store.database, { workspaceId })
  const member = await store.members.ensure(workspaceId, { email: 'a@example.com', name: 'A', role: 'ANALYST' })
  const { secret: token } = await store.tokens.issue(member.id, { name: 'bench', expiresAt: null })
  await store.apply(batch(integrationId, 1, [upsert('conversation', 'c')]))
  const environment = {
    DATABASE_URL: databaseUrl,
    HOST: '127.0.0.1',
    LOG_LEVEL: 'warn',
    SWITCHBOARD_DEMO: '0',
    SWITCHBOARD_COST_BUDGET: '0',
    SWITCHBOARD_KEYS: `bench:${key.toString('base64')}`,
    SWITCHBOARD_SUBGRAPHS_URL: `http://127.0.0.1:${PORTS.subgraphs}`,
  }
  let said = 0
  return {
    store,
    workspaceId,
    token,
    async start(role) {
      const env = { ...environment, PORT: `${PORTS[role]}` }
      const child = spawn(process.execPath, ['dist/main.js', role], { cwd: packageRoot(), env, stdio: 'inherit' })
      opened.defer(() => void child.kill())
      await isUp(`http://127.0.0.1:${PORTS[role]}/health/${role === 'gateway' ? 'ready' : 'live'}`)
      return child
    },
    async say() {
      const fields = { conversationRemoteId: 'c', text: `${said} ${Date.now()}` }
      await store.apply(batch(integrationId, 2 + said, [upsert('message', `m${said}`, fields)]))
      said += 1
    },
  }
}

async function isUp(url: string): Promise<void> {
  for (;;) {
    const response = await fetch(url).catch(() => null)
    await response?.arrayBuffer()
    if (response?.ok === true) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

async function ask(crowd: ChildProcess, order: CrowdOrder): Promise<CrowdDone> {
  const answer = once(crowd, 'message')
  crowd.send(order)
  const [done]: CrowdDone[] = await answer
  if (done === undefined) throw new Error("expected an answer of the subscribers' process")
  return done
}

/** Of Linux alone. */
function residentBytes({ pid }: ChildProcess): number {
  const [, kib = 'NaN'] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(kib) * 1_024
}
