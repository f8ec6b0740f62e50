import { availableParallelism } from 'node:os'
import { contests, runContest } from './contest.ts'
import { installPeers } from './install.ts'
import { startChild } from './process.ts'
import { composeAt } from './subgraphs.ts'
import { toTable } from './table.ts'

/** Compilers of a process go by how often something ran: it is warmed up by operations, however long those take. */
const ROUNDS = { count: 7, each: { forMs: 500, atLeast: 32 }, warmUp: { forMs: 1_500, atLeast: 500 } }

/** Measures the gateway against its peers and prints the tables. Takes about three minutes, and the installing. */
export async function benchGateway(): Promise<void> {
  installPeers()
  using subgraphs = await startChild('child-subgraphs.js', { subgraphs: 'local', supergraphSdl: '' })
  const { supergraphSdl } = composeAt(subgraphs.url ?? '')
  console.log(
    `Node ${process.versions.node}, ${availableParallelism()} cores, ${ROUNDS.count} rounds of ${ROUNDS.each.forMs} ms\n`,
  )
  for (const contest of contests) console.log(toTable(contest.title, await runContest(contest, supergraphSdl, ROUNDS)))
}
