import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { parse, type DocumentNode, type ExecutionArgs } from 'graphql'
import { useServer } from 'graphql-ws/use/ws'
import { WebSocketServer } from 'ws'
import type { Executor } from '../../../gateway/execute/executor.ts'
import type { OperationResult } from '../../../gateway/execute/run.ts'
import { presentError } from '../../../gateway/errors.ts'
import { VIEWER } from '../graph.ts'

/** The executor behind graphql-ws alone. */
export interface Ungrouped extends AsyncDisposable {
  readonly socketUrl: string
}

/**
 * Serves an executor's subscriptions as graphql-ws does by itself: each subscriber has a subscription, an execution and
 * a serialisation of its own. What the hub sends must be the same.
 */
export async function serveUngrouped(executor: Executor): Promise<Ungrouped> {
  const server = createServer()
  const sockets = new WebSocketServer({ server, perMessageDeflate: false })
  const gone = new AbortController()
  // The same text gives the same document, so that a plan is made once.
  const documents = new Map<string, DocumentNode>()
  const read = (text: string): DocumentNode => {
    const document = documents.get(text) ?? parse(text, { noLocation: true })
    documents.set(text, document)
    return document
  }
  const present = (errors: OperationResult['errors']) =>
    errors?.map((error) => presentError(error, { requestId: 'r1', report: () => {} }).toJSON())
  const protocol = useServer(
    {
      onSubscribe: (_context, _id, { query, operationName, variables }): ExecutionArgs => ({
        schema: executor.schema,
        document: read(query),
        operationName: operationName ?? null,
        variableValues: variables ?? null,
      }),
      subscribe: ({ document, operationName, variableValues: variables }) =>
        executor.subscribe({
          document,
          operationName: operationName ?? null,
          variables: variables ?? null,
          viewer: VIEWER,
          requestId: 'r1',
          signal: gone.signal,
        }),
      onNext: (_context, _id, _payload, _args, { data, errors }) => {
        const shown = present(errors)
        return { ...(data !== undefined && { data }), ...(shown && { errors: shown }) }
      },
      onError: (_context, _id, _payload, errors) => present(errors) ?? [],
    },
    sockets,
  )
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    socketUrl: `ws://127.0.0.1:${port}/`,
    [Symbol.asyncDispose]: async () => {
      gone.abort()
      await protocol.dispose()
      server.close()
    },
  }
}
