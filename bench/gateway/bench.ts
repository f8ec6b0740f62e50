import { availableParallelism } from 'node:os'
import { contests, runContest } from './contest.ts'
import { installPeers } from './install.ts'
import { startChild } from './process.ts'
import { composeAt } from './subgraphs.ts'
import { toTable } from './table.ts'

const ROUNDS = { count: 7, forMs: 500, warmUpMs: 1_500 }

/** Measures the gateway against its peers and prints the tables. Takes about three minutes, and the installing. */
export async function benchGateway(): Promise<void> {
  installPeers()
  using subgraphs = await startChild('child-subgraphs.js', { subgraphs: 'local', supergraphSdl: '' })
  const { supergraphSdl } = composeAt(subgraphs.url ?? '')
  console.log(
    `Node ${process.versions.node}, ${availableParallelism()} cores, ${ROUNDS.count} rounds of ${ROUNDS.forMs} ms\n`,
  )
  for (const contest of contests) console.log(toTable(contest.title, await runContest(contest, supergraphSdl, ROUNDS)))
}
