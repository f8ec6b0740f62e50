import { text } from 'node:stream/consumers'
import { listenOnFreePort, runChild } from './child.ts'
import { createLocalSubgraphs } from './local.ts'

const ask = createLocalSubgraphs()

// The four subgraphs as HTTP services, one path each.
await runChild(() => ({
  execute: () => null,
  serve: () =>
    listenOnFreePort((request, response) => {
      void text(request).then(async (body) => {
        const { query, variables } = JSON.parse(body)
        const answer = JSON.stringify(await ask((request.url ?? '').slice(1), query, variables))
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(answer) })
        response.end(answer)
      })
    }),
}))
