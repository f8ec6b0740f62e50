// @apollo/gateway, as its documentation has it: hosted by Apollo Server, the subgraphs as RemoteGraphQLDataSource.
import { ApolloGateway, RemoteGraphQLDataSource } from '@apollo/gateway'
import { ApolloServer } from '@apollo/server'
import { startStandaloneServer } from '@apollo/server/standalone'
import { getOperationAST, parse } from 'graphql'
import { runChild } from '../../../dist/bench/gateway/child.js'
import { createLocalSubgraphs } from '../../../dist/bench/gateway/local.js'

const quiet = { debug() {}, info() {}, warn: console.warn, error: console.error }

function createGateway({ subgraphs, supergraphSdl }) {
  const ask = createLocalSubgraphs()
  const inProcess = (name) => ({ process: async ({ request }) => ask(name, request.query, request.variables) })
  return new ApolloGateway({
    supergraphSdl,
    logger: quiet,
    buildService: ({ name, url }) => (subgraphs === 'local' ? inProcess(name) : new RemoteGraphQLDataSource({ url })),
  })
}

await runChild(async (args) => {
  const gateway = createGateway(args)
  let schema = null
  gateway.onSchemaLoadOrUpdate(({ apiSchema }) => (schema = apiSchema))
  const { executor } = await gateway.load()
  const cache = new Map()
  const documents = new Map()
  return {
    execute: ({ query, variables }) => {
      let document = documents.get(query)
      if (document === undefined) documents.set(query, (document = parse(query)))
      return executor({
        request: { query, variables },
        document,
        operation: getOperationAST(document),
        operationName: null,
        source: query,
        queryHash: query,
        schema,
        cache,
        context: {},
        logger: quiet,
        metrics: {},
      })
    },
    serve: async () => {
      const server = new ApolloServer({ gateway: createGateway(args), logger: quiet })
      return (await startStandaloneServer(server, { listen: { port: 0, host: '127.0.0.1' } })).url
    },
  }
})
