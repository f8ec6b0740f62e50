import { isDeepStrictEqual } from 'node:util'
import type { ChildArguments } from './child.ts'
import { askOverHttp, loadInside, loadOverHttp, type Sample } from './load.ts'
import { startChild, type Running } from './process.ts'
import { queries, type QueryName } from './queries.ts'

/** Who takes part, by name. The first is what the others are compared with. */
type Contenders = Readonly<Record<string, { readonly file: string; readonly shareQueries?: boolean }>>

/** One thing that is measured. */
export interface Contest {
  readonly title: string
  readonly subgraphs: ChildArguments['subgraphs']
  readonly host: 'server' | 'bare'
  readonly query: QueryName
  readonly contenders: Contenders
}

const gateways: Contenders = {
  '@apollo/gateway': { file: 'peers/apollo.mjs' },
  'Hive Gateway (Rust planner)': { file: 'peers/hive.mjs' },
  'Switchboard, nothing shared': { file: 'child-ours.js' },
}
/** Hive's server asks a subgraph once for what is asked at the same time; ours, by default, runs the query once. */
const servers: Contenders = { ...gateways, 'Switchboard, as it comes': { file: 'child-ours.js', shareQueries: true } }
const withMonolith: Contenders = { ...gateways, 'graphql-js monolith': { file: 'child-monolith.js' } }

/** All that is measured, in the order of the report. */
export const contests: readonly Contest[] = [
  {
    title: 'simple query, HTTP subgraphs, each in its own server',
    subgraphs: 'http',
    host: 'server',
    query: 'simple',
    contenders: servers,
  },
  {
    title: 'deep query, HTTP subgraphs, each in its own server',
    subgraphs: 'http',
    host: 'server',
    query: 'deep',
    contenders: servers,
  },
  { title: 'deep query, HTTP subgraphs, bare', subgraphs: 'http', host: 'bare', query: 'deep', contenders: gateways },
  { title: 'deep query, one process, bare', subgraphs: 'local', host: 'bare', query: 'deep', contenders: withMonolith },
]

/** What a contender did in a contest. */
export interface Score {
  readonly name: string
  readonly samples: Sample[]
  /** Resident memory of its process right after the last round. */
  residentBytes: number
}

/** How long to measure. */
export interface Rounds {
  readonly count: number
  readonly forMs: number
  readonly warmUpMs: number
}

/**
 * Runs a contest: every contender in its own process, all of them warmed up and their answers compared, then round
 * after round, each time another one first, so that what else the machine does hits all alike.
 *
 * @throws Error two contenders answer differently, or one answers with errors
 */
export async function runContest(contest: Contest, supergraphSdl: string, rounds: Rounds): Promise<readonly Score[]> {
  const query = queries[contest.query]
  const isServed = contest.host === 'server'
  const load = isServed ? loadOverHttp : loadInside
  using children = new DisposableStack()
  const running: { readonly score: Score; readonly child: Running }[] = []
  for (const [name, { file, ...settings }] of Object.entries(contest.contenders)) {
    const child = children.use(await startChild(file, { subgraphs: contest.subgraphs, supergraphSdl, ...settings }))
    running.push({ score: { name, samples: [], residentBytes: 0 }, child })
  }
  const answers: unknown[] = []
  for (const { child } of running) {
    answers.push(isServed ? await askOverHttp(child, query) : (await child.ask({ ask: 'answer', query })).answer)
    await load(child, query, rounds.warmUpMs)
  }
  checkEqual(answers.map(toData), Object.keys(contest.contenders))
  for (let round = 0; round < rounds.count; round++) {
    for (let place = 0; place < running.length; place++) {
      const one = running[(round + place) % running.length]
      if (one) one.score.samples.push(await load(one.child, query, rounds.forMs))
    }
  }
  for (const { score, child } of running) score.residentBytes = (await child.ask({ ask: 'usage' })).residentBytes ?? 0
  return running.map(({ score }) => score)
}

function toData(answer: unknown): unknown {
  const { data, errors } = JSON.parse(JSON.stringify(answer)) as { data?: unknown; errors?: unknown }
  if (errors !== undefined || data === undefined || data === null) {
    throw new Error(`expected data, but got ${JSON.stringify(answer).slice(0, 500)}`)
  }
  return data
}

function checkEqual(answers: readonly unknown[], names: readonly string[]): void {
  answers.forEach((answer, index) => {
    if (!isDeepStrictEqual(answer, answers[0])) throw new Error(`${names[index]} answers otherwise than ${names[0]}`)
  })
}
