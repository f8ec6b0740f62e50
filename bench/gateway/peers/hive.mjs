// Hive Gateway: the runtime that its command line wraps, as its own server, and bare the executor of that runtime.
import { createGatewayRuntime } from '@graphql-hive/gateway-runtime'
import { getExecutorForUnifiedGraph } from '@graphql-mesh/fusion-runtime'
import * as http from '@graphql-mesh/transport-http'
import { parse, print } from 'graphql'
import { listenOnFreePort, runChild } from '../../../dist/bench/gateway/child.js'
import { createLocalSubgraphs } from '../../../dist/bench/gateway/local.js'

function createLocalTransport() {
  const ask = createLocalSubgraphs()
  const texts = new WeakMap()
  const textOf = (document) => {
    let text = texts.get(document)
    if (text === undefined) texts.set(document, (text = print(document)))
    return text
  }
  return {
    getSubgraphExecutor:
      ({ subgraphName }) =>
      ({ document, variables }) =>
        ask(subgraphName, textOf(document), variables),
  }
}

/** Without a handler for the supergraph, the runtime takes its planner in JavaScript. */
export const runHive = (planner) =>
  runChild(({ subgraphs, supergraphSdl }) => {
    const transports = { http: subgraphs === 'local' ? createLocalTransport() : http }
    const execute = getExecutorForUnifiedGraph({
      getUnifiedGraph: () => supergraphSdl,
      ...(planner && { handleUnifiedGraph: planner }),
      transports,
    })
    const documents = new Map()
    return {
      execute: ({ query, variables }) => {
        let document = documents.get(query)
        if (document === undefined) documents.set(query, (document = parse(query)))
        return execute({ document, variables, context: {} })
      },
      serve: async () => {
        const gateway = createGatewayRuntime({
          supergraph: supergraphSdl,
          ...(planner && { unifiedGraphHandler: planner }),
          transports,
          logging: false,
        })
        return `${await listenOnFreePort(gateway)}/graphql`
      },
    }
  })
