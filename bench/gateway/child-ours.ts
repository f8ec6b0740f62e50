import { pino } from 'pino'
import { createAdmission } from '../../gateway/admission.ts'
import { systemClock } from '../../gateway/clock.ts'
import { createBudget } from '../../gateway/cost/budget.ts'
import { createExecutor } from '../../gateway/execute/executor.ts'
import { DEFAULT_LIMITS } from '../../gateway/limits.ts'
import { createPersisted, NONE_PERSISTED } from '../../gateway/persisted/persisted.ts'
import { createGatewayRole } from '../../gateway/role.ts'
import { readSubgraphUrls } from '../../gateway/subgraph-urls.ts'
import { createHttpTransport } from '../../gateway/transport/http.ts'
import { createInProcessTransport } from '../../gateway/transport/in-process.ts'
import type { Transport } from '../../gateway/transport/transport.ts'
import { listen } from '../../server/listen.ts'
import type { Viewer } from '../../store/viewer.ts'
import { runChild, type ChildArguments } from './child.ts'
import { buildSubgraph, subgraphs } from './subgraphs.ts'

const DEADLINE_MS = 30_000
/** Kept as always, and never used up. */
const BUDGET = { capacity: 1e15, restoredPerSecond: 1e15 }
const viewer: Viewer = { workspaceId: 'w', memberId: 'm', role: 'OWNER', tokenId: 't', expiresAt: null }

function openTransports(args: ChildArguments): Record<string, Transport> {
  if (args.subgraphs === 'local') {
    return Object.fromEntries(
      subgraphs.map((each) => [
        each.name,
        createInProcessTransport({ schema: buildSubgraph(each), contextFor: () => ({}) }),
      ]),
    )
  }
  return Object.fromEntries(
    [...readSubgraphUrls(args.supergraphSdl)].map(([name, url]) => [
      name,
      createHttpTransport({ name, url, assertion: async () => 'none' }),
    ]),
  )
}

// The server is the product's own, with all its checks; bare, what it checks of an operation is checked, too.
await runChild(async (args) => {
  const { supergraphSdl } = args
  const transports = openTransports(args)
  const budget = createBudget(BUDGET, systemClock)
  const executor = await createExecutor({ supergraphSdl, transports, deadlineMs: DEADLINE_MS, budget })
  const admission = createAdmission({
    schema: executor.schema,
    introspection: 'authenticated',
    limits: DEFAULT_LIMITS,
    prices: executor.prices,
    budget,
    ...createPersisted(NONE_PERSISTED, pino({ level: 'silent' })),
  })
  return {
    execute: ({ query, variables }) => {
      const admitted = admission({ query, variables, viewer })
      if ('errors' in admitted) return admitted
      return executor.execute({
        ...admitted,
        variables,
        viewer,
        requestId: 'bench',
        signal: new AbortController().signal,
      })
    },
    serve: async () => {
      const logger = pino({ level: 'silent' })
      const gateway = await createGatewayRole({
        supergraphSdl,
        transports: openTransports(args),
        access: { authenticate: async () => viewer },
        origins: [],
        introspection: 'authenticated',
        deadlineMs: DEADLINE_MS,
        budget: BUDGET,
        graphiqlDir: null,
        logger,
      })
      const { url } = await listen({ roles: [gateway], port: 0, host: '127.0.0.1', logger })
      return `${url}/graphql`
    },
  }
})
