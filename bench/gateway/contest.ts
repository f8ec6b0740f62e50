import { isDeepStrictEqual } from 'node:util'
import type { ChildArguments, Stretch } from './child.ts'
import { PAGES } from './data.ts'
import { askOverHttp, loadInside, loadOverHttp, type Sample } from './load.ts'
import { startChild, type Running } from './process.ts'
import { toOperation, type Work } from './queries.ts'

/** Who takes part: a file by name. The first is what the others are compared with. */
type Contenders = Readonly<Record<string, string>>

/** One thing that is measured. */
export interface Contest {
  readonly title: string
  readonly subgraphs: ChildArguments['subgraphs']
  readonly host: 'server' | 'bare'
  readonly work: Work
  readonly contenders: Contenders
}

const gateways: Contenders = {
  '@apollo/gateway': 'peers/apollo.mjs',
  'Hive Gateway (JavaScript planner)': 'peers/hive-javascript.mjs',
  'Hive Gateway (Rust planner)': 'peers/hive-rust.mjs',
  Switchboard: 'child-ours.js',
}
const withMonolith: Contenders = { ...gateways, 'graphql-js monolith': 'child-monolith.js' }

function overHttp(host: Contest['host'], work: Work): Contest {
  const where = host === 'server' ? 'each in its own server' : 'bare'
  const title = `${work.query} query, ${work.variables} operations, HTTP subgraphs, ${where}`
  return { title, subgraphs: 'http', host, work, contenders: gateways }
}

/** All that is measured, in the order of the report. */
export const contests: readonly Contest[] = [
  overHttp('server', { query: 'simple', variables: 'distinct' }),
  overHttp('server', { query: 'deep', variables: 'distinct' }),
  overHttp('bare', { query: 'deep', variables: 'distinct' }),
  {
    title: 'deep query, distinct operations, one process, bare',
    subgraphs: 'local',
    host: 'bare',
    work: { query: 'deep', variables: 'distinct' },
    contenders: withMonolith,
  },
  overHttp('server', { query: 'simple', variables: 'identical' }),
  overHttp('server', { query: 'deep', variables: 'identical' }),
]

/** What a contender did in a contest. */
export interface Score {
  readonly name: string
  readonly samples: Sample[]
  /** The most memory its process ever had resident, starting included. */
  peakResidentBytes: number
}

/** How long to measure. */
export interface Rounds {
  readonly count: number
  readonly each: Stretch
  readonly warmUp: Stretch
}

/**
 * Runs a contest: every contender in its own process, all of them warmed up and their answers compared, then round
 * after round, each time another one first, so that what else the machine does hits all alike.
 *
 * @throws Error two contenders answer differently, or one answers with errors
 */
export async function runContest(contest: Contest, supergraphSdl: string, rounds: Rounds): Promise<readonly Score[]> {
  const { work, subgraphs } = contest
  const load = contest.host === 'server' ? loadOverHttp : loadInside
  using children = new DisposableStack()
  const running: { readonly score: Score; readonly child: Running }[] = []
  for (const [name, file] of Object.entries(contest.contenders)) {
    const child = children.use(await startChild(file, { subgraphs, supergraphSdl }))
    running.push({ score: { name, samples: [], peakResidentBytes: 0 }, child })
  }
  const answers: unknown[] = []
  for (const { child } of running) {
    answers.push(await answerEach(child, contest))
    await load(child, work, rounds.warmUp)
  }
  checkEqual(answers, Object.keys(contest.contenders))
  for (let round = 0; round < rounds.count; round++) {
    for (let place = 0; place < running.length; place++) {
      const one = running[(round + place) % running.length]
      if (one) one.score.samples.push(await load(one.child, work, rounds.each))
    }
  }
  for (const { score, child } of running) {
    score.peakResidentBytes = (await child.ask({ ask: 'usage' })).peakResidentBytes ?? 0
  }
  return running.map(({ score }) => score)
}

/** What a contender answers to every operation that it will be asked. */
async function answerEach(child: Running, { work, host }: Contest): Promise<readonly unknown[]> {
  const answers: unknown[] = []
  for (let n = 0; n < PAGES; n++) {
    const operation = toOperation(work, n)
    answers.push(
      toData(
        host === 'server'
          ? await askOverHttp(child, operation)
          : (await child.ask({ ask: 'answer', operation })).answer,
      ),
    )
  }
  return answers
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
