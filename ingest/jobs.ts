import { randomUUID } from 'node:crypto'
import { PgBoss } from 'pg-boss'
import type { Db, Job, SendOptions } from 'pg-boss'
import type { Queryable } from '../store/database.ts'
import { startPump } from './pump.ts'
import type { Pump, PumpOptions } from './pump.ts'
import { DELIVERY_HEARTBEAT_SECONDS, QUEUES } from './queues.ts'
import type { JobData, QueueName } from './queues.ts'
import { describe } from './retry.ts'

/** When and under which name a job is sent. */
export interface Sending {
  /** The transaction that the job belongs to: it is there when that commits, and gone when it does not. */
  readonly within?: Queryable
  /** How long it waits before it may be worked. */
  readonly delayMs?: number
  /** Where the queue allows one waiting job for a key: what that key is. */
  readonly key?: string
}

/** Sends jobs, and nothing else. */
export interface JobSender {
  send<Name extends QueueName>(queue: Name, data: JobData[Name], sending?: Sending): Promise<void>
  /** Sends jobs that are worked in this order, in a transaction: by one statement, whatever their number. */
  sendAll<Name extends QueueName>(queue: Name, data: readonly JobData[Name][], within: Queryable): Promise<void>
  /** Idempotent. */
  close(): Promise<void>
}

/** One waiting job for a key: when it may be worked. */
export interface Appointment {
  readonly key: string
  readonly delayMs: number
}

/** A job as its worker sees it. */
export interface Task<Name extends QueueName> {
  readonly data: JobData[Name]
  /** Aborted when the job was taken away from this worker. */
  readonly signal: AbortSignal
}

/** How many workers a queue has in this process, and how often each looks by itself. */
export interface Staffing {
  readonly workers: number
  readonly pollingIntervalSeconds: number
}

/** Sends jobs, and works them. */
export interface Jobs extends JobSender {
  /** Works a queue one job at a time. A job whose work rejects is retried as its queue says. */
  work<Name extends QueueName>(
    queue: Name,
    staffing: Staffing,
    work: (task: Task<Name>) => Promise<void>,
  ): Promise<void>
  /** Sends a job, or changes the one that waits for the key: afterwards it carries `data` and waits so long. */
  postpone<Name extends QueueName>(queue: Name, data: JobData[Name], appointment: Appointment): Promise<void>
  /** Whether a job waits for the key, be it for a worker or for its time. */
  isWaiting(queue: QueueName, key: string): Promise<boolean>
  /** Gives back the deliveries that some process has in hand. For when it is known that no process is alive. */
  releaseDeliveries(): Promise<void>
  /** Works deliveries, many at a time, those of one account in order. */
  pump(options: Pick<PumpOptions<JobData['delivery']>, 'work' | 'pollMs'>): Pick<Pump, 'nudge'>
  /** Sends an empty job at the times of a cron expression, once for all processes. */
  repeat(queue: 'retention', cron: string): Promise<void>
  /** What waits to be worked now, or is being worked, of all processes; not what waits for its time. */
  backlog(): Promise<readonly Backlog[]>
  /** Lets what is under way end, then stops. Idempotent. */
  close(): Promise<void>
}

/** The jobs of one queue that could be worked now. */
export interface Backlog {
  readonly queue: QueueName | keyof typeof STANDING
  readonly count: number
  /** Since when the oldest of them could be worked; 0 when there is none. */
  readonly oldestSeconds: number
}

/** Where the queues are, and who hears of their troubles. */
export interface JobsOptions {
  readonly databaseUrl: string
  readonly log: (line: string) => void
}

/** Where pg-boss keeps its tables. */
const SCHEMA = 'pgboss'
const MAX_DELIVERIES_IN_HAND = 1_000
const DELIVERIES_OF_ONE_ACCOUNT = 100
const DELIVERIES_TOGETHER = 50

/** Opens the sending half, for a process that works no jobs. The queues are made when they are not there yet. */
export async function openSender(options: JobsOptions): Promise<JobSender> {
  const boss = await startBoss(options, { supervise: false, schedule: false })
  return { send: sendWith(boss), sendAll: sendAllWith(boss), close: once(() => boss.stop({ graceful: false })) }
}

/** Opens both halves. */
export async function openJobs(options: JobsOptions): Promise<Jobs> {
  const boss = await startBoss(options, {
    useListenNotify: true,
    superviseIntervalSeconds: 5,
    monitorIntervalSeconds: 5,
    maintenanceIntervalSeconds: 300,
  })
  const worked = new Set<QueueName>()
  const pumps: Pump[] = []
  return {
    send: sendWith(boss),
    sendAll: sendAllWith(boss),
    async work(queue, { workers, pollingIntervalSeconds }, work) {
      worked.add(queue)
      // Woken early or not, a job that waited for its time is found within the same interval.
      const polling = { pollingIntervalSeconds, notifyPollingIntervalSeconds: pollingIntervalSeconds }
      for (let index = 0; index < workers; index++) {
        const handle = async (jobs: Job<JobData[typeof queue]>[]): Promise<void> => {
          try {
            for (const job of jobs) await work(job)
          } finally {
            // Where there was one there may be another: no waiting for the next poll.
            boss.notifyWorker(id)
          }
        }
        const id = await boss.work<JobData[typeof queue]>(queue, polling, handle)
      }
    },
    async postpone(queue, data, { key, delayMs }) {
      const options = { singletonKey: key, startAfter: delayMs / 1000 }
      // It answers no job when one came in between and was taken by a worker at that moment.
      while ((await boss.upsert(queue, data, options)).jobs.length === 0);
    },
    async isWaiting(queue, key) {
      return (await boss.findJobs(queue, { key, queued: true })).length > 0
    },
    async releaseDeliveries() {
      const { rows } = await boss
        .getDb()
        .executeSql(`select id from ${SCHEMA}.job where name = 'delivery' and state = 'active'`)
      const ids = rows.map((row: { readonly id: string }) => row.id)
      if (ids.length > 0) await boss.fail('delivery', ids, { message: 'the process that worked it ended' })
    },
    pump({ work, pollMs }) {
      const pump = startPump<JobData['delivery']>(
        {
          async fetch(batchSize, ignoreGroups) {
            const fetching = { batchSize, ignoreGroups: [...ignoreGroups] }
            return inOrder(boss, await boss.fetch<JobData['delivery']>('delivery', fetching))
          },
          keep: async (jobs) => void (await boss.touch('delivery', [...jobs])),
          complete: async (jobs) => void (await boss.complete('delivery', [...jobs])),
          fail: async (jobs, error) => void (await boss.fail('delivery', [...jobs], { message: describe(error) })),
        },
        {
          laneOf: ({ account }) => account,
          work,
          most: MAX_DELIVERIES_IN_HAND,
          ofOneLane: DELIVERIES_OF_ONE_ACCOUNT,
          together: DELIVERIES_TOGETHER,
          pollMs,
          keepMs: (DELIVERY_HEARTBEAT_SECONDS / 3) * 1_000,
          report: quieten(options.log),
        },
      )
      pumps.push(pump)
      return pump
    },
    async repeat(queue, cron) {
      await boss.schedule(queue, cron, {})
    },
    backlog: () => readBacklog(boss),
    close: once(async () => {
      await Promise.all([
        ...pumps.map((pump) => pump.close()),
        ...[...worked].map((queue) => boss.offWork(queue, { wait: true })),
      ])
      await boss.stop({ graceful: false })
    }),
  }
}

async function startBoss(
  { databaseUrl, log }: JobsOptions,
  settings: Partial<ConstructorParameters<typeof PgBoss>[0] & object>,
): Promise<PgBoss> {
  const boss = new PgBoss({
    connectionString: databaseUrl,
    schema: SCHEMA,
    application_name: 'switchboard jobs',
    max: 6,
    ...settings,
  })
  boss.on('error', quieten(log))
  boss.on('warning', (warning) => log(`jobs: ${warning.message}`))
  await boss.start()
  for (const [name, queue] of Object.entries(QUEUES)) await boss.createQueue(name, queue)
  return boss
}

/** Work that stands in tables of its own: what of it could be done now, or is being done. */
const STANDING = {
  send: `select greatest(created_at, next_at) as due from send
    where state = 'SENDING' or (state in ('QUEUED', 'UNKNOWN') and next_at <= clock_timestamp())`,
  outgoing: `select m.due_at as due from endpoint_message m
    join webhook_endpoint e on e.id = m.endpoint_id and e.state = 'ACTIVE'
    where m.state = 'PENDING' and m.due_at <= clock_timestamp()`,
} as const

/** Queues whose backlog says something: `retention` is one job a day. */
const BACKLOGS = ['delivery', 'sync', 'audit', 'count', 'subscribe', 'bulk'] as const satisfies readonly QueueName[]

async function readBacklog(boss: PgBoss): Promise<readonly Backlog[]> {
  const standing = Object.entries(STANDING).map(([name, due]) => `select '${name}' as name, due from (${due}) ${name}`)
  const { rows } = await boss.getDb().executeSql(
    `select name, count(*)::int as count, extract(epoch from clock_timestamp() - min(due))::float8 as "oldestSeconds"
     from (select name, greatest(created_on, start_after) as due from ${SCHEMA}.job
         where name = any ($1::text[]) and state in ('created', 'retry', 'active') and start_after <= clock_timestamp()
       union all ${standing.join(' union all ')}) work
     group by name`,
    [[...BACKLOGS]],
  )
  const found = new Map<string, Omit<Backlog, 'queue'>>(rows.map((row) => [row.name, row]))
  return ([...BACKLOGS, 'send', 'outgoing'] as const).map((queue) => {
    const { count = 0, oldestSeconds = 0 } = found.get(queue) ?? {}
    return { queue, count, oldestSeconds: Math.max(0, oldestSeconds) }
  })
}

/** pg-boss takes the oldest jobs, but hands them over in the order in which PostgreSQL happens to update them. */
async function inOrder<Taken extends { readonly id: string }>(boss: PgBoss, taken: Taken[]): Promise<Taken[]> {
  if (taken.length < 2) return taken
  const { rows } = await boss
    .getDb()
    .executeSql(
      `select id from ${SCHEMA}.job where name = 'delivery' and id = any ($1::uuid[]) order by created_on, id`,
      [taken.map(({ id }) => id)],
    )
  const places = new Map(rows.map((row: { readonly id: string }, place: number) => [row.id, place]))
  return taken.toSorted((a, b) => (places.get(a.id) ?? 0) - (places.get(b.id) ?? 0))
}

/** During an outage every worker reports the same error at every poll: it is said once, until another takes its place. */
function quieten(log: (line: string) => void): (error: unknown) => void {
  let last = ''
  return (error) => {
    const cause = describe(toError(error)).replace(/ \(Queue: .*\)$/m, '')
    if (cause !== last) log(`jobs: ${cause}`)
    last = cause
  }
}

/** pg-boss tells of a worker's error by an object that has all of it, and is none. */
const toError = (told: unknown): unknown =>
  typeof told === 'object' && told !== null && !(told instanceof Error) ? Object.assign(new Error(), told) : told

function sendWith(boss: PgBoss): JobSender['send'] {
  return async (queue, data, { within, delayMs = 0, key } = {}) => {
    await boss.send(queue, data, {
      ...(within && { db: throughTransaction(within) }),
      ...(delayMs > 0 && { startAfter: delayMs / 1000 }),
      ...(key !== undefined && { singletonKey: key }),
      ...groupOf(data),
    })
  }
}

function sendAllWith(boss: PgBoss): JobSender['sendAll'] {
  return async (queue, data, within) => {
    // Jobs of one statement are of one time: which of them is first, their ids tell.
    const prefix = randomUUID().slice(0, 24)
    const idOf = (index: number): string => `${prefix}${index.toString(16).padStart(12, '0')}`
    const jobs = data.map((each, index) => ({ id: idOf(index), data: each, ...groupOf(each) }))
    await boss.insert(queue, jobs, { db: throughTransaction(within) })
  }
}

/** By its account a delivery can be passed over while too many of that one are in hand. */
const groupOf = (data: JobData[QueueName]): Pick<SendOptions, 'group'> =>
  'account' in data ? { group: { id: data.account } } : {}

const throughTransaction = (tx: Queryable): Db => ({
  executeSql: async (text: string, values?: unknown[]) => ({ rows: await tx.query(text, values) }),
})

function once(close: () => Promise<void>): () => Promise<void> {
  let closing: Promise<void> | null = null
  return () => (closing ??= close())
}
