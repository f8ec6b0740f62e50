import fc from 'fast-check'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { apply } from '../../store/apply.ts'
import type { Batch, Change } from '../../store/change.ts'
import { rowId } from '../../store/id.ts'
import type { LearnedBy } from '../../store/kinds.ts'
import { openTestDatabase, type TestDatabase } from '../setup/database.ts'
import { testServers } from '../setup/servers.ts'
import { at, batch, makeIntegration, upsert } from './records.ts'

/** One thing said of a record of kind `tag`: its name, or (null) that it is gone. */
interface Said {
  readonly remoteId: string
  readonly name: string | null
  readonly version: number | null
  readonly into: string | null
}

/** What the model keeps of a record. */
interface Kept {
  name: string | null
  version: number | null
  observed: number
  deleted: number | null
  into: string | null
}

type Model = Map<string, Kept>

/** Says one thing to the model, by the rules as they are written in words; answers the event. */
function tell(model: Model, said: Said, observed: number): string | null {
  const { remoteId, name, version, into } = said
  const kept = model.get(remoteId)
  if (kept === undefined) {
    model.set(remoteId, {
      name,
      version,
      observed,
      deleted: name === null ? observed : null,
      into: name === null ? into : null,
    })
    return name === null ? null : `created ${remoteId}`
  }
  if (name === null) {
    const late = observed < kept.observed
    if (late && (kept.deleted === null || kept.into !== null || into === null)) return null
    const wasDeleted = kept.deleted !== null
    const moved = into !== null && into !== kept.into
    kept.observed = Math.max(kept.observed, observed)
    kept.deleted ??= observed
    kept.into = into ?? kept.into
    return kept.name !== null && (!wasDeleted || moved) ? `deleted ${remoteId}` : null
  }
  /** Negative for older, positive for newer; zero where versions are equal or do not tell. */
  const newer = version === null || kept.version === null ? 0 : version - kept.version
  if (kept.deleted !== null) {
    if (observed <= kept.observed || newer < 0) return null
    Object.assign(kept, { name, version, observed, deleted: null, into: null })
    return `created ${remoteId}`
  }
  if (newer === 0 ? observed < kept.observed : newer < 0) return null
  const same = kept.name === name
  Object.assign(kept, { name, version, observed: Math.max(observed, kept.observed) })
  return same ? null : `updated ${remoteId}`
}

/** Of one batch, a deletion stands; else the newest version; else what was said last. */
function fold(said: readonly Said[]): readonly Said[] {
  const latest = new Map<string, Said>()
  for (const next of said) {
    const held = latest.get(next.remoteId)
    if (held === undefined) latest.set(next.remoteId, next)
    else if (held.name === null) latest.set(next.remoteId, next.name === null && next.into !== null ? next : held)
    else if (next.name === null || held.version === null || next.version === null || next.version >= held.version) {
      latest.set(next.remoteId, next)
    }
  }
  return [...latest.values()]
}

const toChange = ({ remoteId, name, version, into }: Said): Change =>
  name === null
    ? { op: 'delete', kind: 'tag', remoteId, mergedIntoRemoteId: into }
    : upsert('tag', remoteId, { name }, { version: version === null ? null : at(version), native: null })

const WAYS = ['WEBHOOK', 'SYNC', 'AUDIT', 'ACTION'] as const

/** By which way what is observed at a second comes in: so every row has to say the way of when it was observed. */
const wayAt = (second: number): LearnedBy => WAYS[second] ?? 'READ'

const remoteId = fc.constantFrom('a', 'b', 'c')
const small = fc.integer({ min: 0, max: 4 })
const name = fc.constantFrom('x', 'y', 'z')
const spoken = (version: fc.Arbitrary<number | null>): fc.Arbitrary<Said> =>
  fc.oneof(
    { weight: 3, arbitrary: fc.record({ remoteId, name, version, into: fc.constant(null) }) },
    {
      weight: 1,
      arbitrary: fc.record({
        remoteId,
        name: fc.constant(null),
        version: fc.constant(null),
        into: fc.option(fc.constantFrom('m', 'n')),
      }),
    },
  )
const saidBatch = (version: fc.Arbitrary<number | null>) =>
  fc.record({ observed: small, said: fc.array(spoken(version), { minLength: 1, maxLength: 5 }) })

describe.each(testServers)('apply against a model on $name', (server) => {
  let db: TestDatabase
  beforeAll(async () => void (db = await openTestDatabase(server)))
  afterAll(() => db[Symbol.asyncDispose]())

  async function stored(integrationId: string): Promise<Model> {
    const rows = await db.database.system.query<{
      remoteId: string
      name: string | null
      version: Date | null
      observed: Date
      deleted: Date | null
      into: string | null
      learnedBy: LearnedBy
    }>(
      `select remote_id as "remoteId", name, remote_version as version, observed_at as observed, deleted_at as deleted,
         merged_into_id as into, learned_by as "learnedBy" from tag where integration_id = $1 order by remote_id`,
      [integrationId],
    )
    const second = (date: Date | null) => date && (date.getTime() - at(0).getTime()) / 1_000
    expect(rows.map(({ learnedBy }) => learnedBy)).toEqual(rows.map(({ observed }) => wayAt(second(observed) ?? -1)))
    const into = new Map(['m', 'n'].map((id) => [rowId(integrationId, 'tag', id), id]))
    return new Map(
      rows.map((row) => [
        row.remoteId,
        {
          name: row.name,
          version: second(row.version),
          observed: second(row.observed) ?? -1,
          deleted: second(row.deleted),
          into: row.into && (into.get(row.into) ?? 'unknown'),
        },
      ]),
    )
  }

  test('keeps and tells what the rules say, whatever comes in whatever order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(saidBatch(fc.option(small)), { maxLength: 8 }), async (batches) => {
        const { integrationId } = await makeIntegration(db.database)
        const model: Model = new Map()
        for (const { observed, said } of batches) {
          const told = fold(said)
            .map((each) => tell(model, each, observed))
            .filter((event) => event !== null)
          const once = batch(integrationId, observed, said.map(toChange), { learnedBy: wayAt(observed) })
          expect((await apply(db.database, once)).changed.map((each) => `${each.op} ${each.remoteId}`)).toEqual(told)
          const after = await stored(integrationId)
          expect(after).toEqual(new Map([...model].toSorted(([a], [b]) => (a < b ? -1 : 1))))
          // The same again changes nothing and tells nothing.
          expect((await apply(db.database, once)).changed).toEqual([])
          expect(await stored(integrationId)).toEqual(after)
        }
      }),
      { numRuns: 60 },
    )
  })

  test('comes to the same end in whatever order batches come, also when many apply at once', async () => {
    const ordered = fc.array(fc.record({ observed: small, remoteIds: fc.array(remoteId, { minLength: 1 }) }), {
      maxLength: 8,
    })
    await fc.assert(
      fc.asyncProperty(fc.array(saidBatch(small), { maxLength: 6 }), ordered, async (drawn, gone) => {
        // Content is a function of version here, as it is at a provider.
        const named = drawn.map(({ observed, said }) => ({
          observed,
          changes: said.map((each) => toChange({ ...each, name: each.name && `v${each.version}`, into: null })),
        }))
        const deletions = gone.slice(0, 2).map(({ observed, remoteIds }) => ({
          observed: observed + 5,
          changes: remoteIds.map((id) => toChange({ remoteId: id, name: null, version: null, into: null })),
        }))
        const batches = [
          ...named.filter((each) => each.changes.every((change) => change.op === 'upsert')),
          ...deletions,
        ]
        const { integrationId: inOrder } = await makeIntegration(db.database)
        const { integrationId: reversed } = await makeIntegration(db.database)
        const { integrationId: atOnce } = await makeIntegration(db.database)
        const say = (id: string) => (each: (typeof batches)[number]) =>
          apply(db.database, batch(id, each.observed, each.changes, { learnedBy: wayAt(each.observed) }))
        for (const each of batches) await say(inOrder)(each)
        for (const each of batches.toReversed()) await say(reversed)(each)
        await Promise.all([...batches, ...batches].map(say(atOnce)))
        const visible = async (id: string) =>
          [...(await stored(id))].map(([key, { name: title, deleted }]) => [key, deleted === null ? title : null])
        expect(await visible(reversed)).toEqual(await visible(inOrder))
        expect(await visible(atOnce)).toEqual(await visible(inOrder))
      }),
      { numRuns: 40 },
    )
  })

  test('appliers of the same rows never wait for each other in a ring, and tell each change once', async () => {
    const { integrationId } = await makeIntegration(db.database)
    const ids = Array.from({ length: 200 }, (_, n) => String(n))
    const changes = (n: number): Change[] => {
      const shuffled = ids.toSorted(
        (a, b) => ((Number(a) * 7919 * (n + 1)) % 211) - ((Number(b) * 7919 * (n + 1)) % 211),
      )
      return shuffled.flatMap((id): Change[] => [
        upsert('message', id, { text: String(n) }, { version: at(n) }),
        upsert('tag', id, { name: String(n) }, { version: at(n) }),
        ...(Number(id) % 10 === n ? [toChange({ remoteId: `gone${id}`, name: null, version: null, into: null })] : []),
      ])
    }
    const rounds = Array.from({ length: 12 }, (_, n) => batch(integrationId, 1, changes(n)))
    const applied = await Promise.all([...rounds, ...rounds].map((each) => apply(db.database, each)))
    const created = applied.flatMap((each) => each.changed).filter((change) => change.op === 'created')
    expect(created).toHaveLength(400)
    const last = await db.database.system.query(`select distinct text from message where integration_id = $1`, [
      integrationId,
    ])
    expect(last).toEqual([{ text: '11' }])
    const [events] = await db.database.system.query<{ n: number }>(
      `select count(*)::int as n from event where integration_id = $1`,
      [integrationId],
    )
    expect(events?.n).toBe(applied.flatMap((each) => each.changed).length)
  })

  test('a backend killed in the middle leaves nothing half', async () => {
    const { integrationId } = await makeIntegration(db.database)
    const count = async (): Promise<unknown> =>
      db.database.system.query(
        `select (select count(*)::int from message where integration_id = $1) as rows,
           (select count(*)::int from event where integration_id = $1) as events,
           (select count(*)::int from checkpoint where integration_id = $1) as checkpoints`,
        [integrationId],
      )
    const whole: Batch = batch(
      integrationId,
      1,
      Array.from({ length: 50 }, (_, n) => upsert('message', String(n))),
      { checkpoint: { stream: 's', cursor: 1 } },
    )
    await apply(db.database, batch(integrationId, 0, [], { checkpoint: { stream: 's', cursor: 0 } }))
    const before = await count()
    // Another session holds the checkpoint, so that the transaction stands still after its rows and events are written.
    const holder = new Client({ connectionString: db.url })
    await holder.connect()
    await holder.query('begin')
    await holder.query(`select 1 from checkpoint where integration_id = $1 for update`, [integrationId])
    const applying = apply(db.database, whole).then(
      () => 'applied',
      () => 'failed',
    )
    const [self] = (await holder.query<{ pid: number }>('select pg_backend_pid() as pid')).rows
    let killed = 0
    while (killed === 0) {
      const { rows } = await holder.query<{ killed: number }>(
        `select count(pg_terminate_backend(pid))::int as killed from pg_stat_activity
         where datname = current_database() and $1 = any (pg_blocking_pids(pid))`,
        [self?.pid],
      )
      killed = rows[0]?.killed ?? 0
    }
    expect(await applying).toBe('failed')
    await holder.query('rollback')
    await holder.end()
    expect(await count()).toEqual(before)
    expect((await apply(db.database, whole)).changed).toHaveLength(50)
    expect(await count()).toEqual([{ rows: 50, events: 50, checkpoints: 1 }])
  })
})
