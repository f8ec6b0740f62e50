import type { TypedDocumentNode } from '@graphql-typed-document-node/core'
import { print } from 'graphql'
import { type Client as SocketClient, createClient } from 'graphql-ws'

/** An error of an answer, as clients see it. */
export interface AnswerError {
  readonly message: string
  readonly path?: readonly (string | number)[]
  readonly extensions?: { readonly code?: string }
}

/** An answer over HTTP, errors and all. */
export interface Answer<Data> {
  readonly status: number
  readonly data: Data | null
  readonly errors: readonly AnswerError[]
}

/** Events of one subscription, on a socket of its own. Disposing leaves. */
export interface Feed<Event> extends AsyncDisposable {
  /** Everything that came so far. */
  readonly received: readonly Event[]
  /** The next event that nobody took yet. Waits for it; rejects when the subscription ends or fails. */
  next(): Promise<Event>
}

/** A front end: one token at one gateway. */
export interface Client {
  /** Sends an operation and answers its data. @throws Error any error at all */
  ask<Data, Variables>(document: TypedDocumentNode<Data, Variables>, variables: Variables): Promise<Data>
  /** Sends an operation and answers what came. */
  send<Data, Variables>(document: TypedDocumentNode<Data, Variables>, variables: Variables): Promise<Answer<Data>>
  subscribe<Data, Variables extends Record<string, unknown>>(
    document: TypedDocumentNode<Data, Variables>,
    variables: Variables,
  ): Feed<Data>
}

/** Opens the graph at an address. A null token sends none. */
export function openClient(url: string, token: string | null): Client {
  const authorization = token === null ? {} : { authorization: `Bearer ${token}` }
  const send: Client['send'] = async (document, variables) => {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...authorization },
      body: JSON.stringify({ query: print(document), variables }),
    })
    // As untyped as any server's answer; the document says what its data is.
    const { data = null, errors = [] } = JSON.parse(await response.text()) as Partial<Answer<never>>
    return { status: response.status, data, errors }
  }
  return {
    send,
    async ask(document, variables) {
      const { data, errors } = await send(document, variables)
      if (errors.length > 0 || data === null) throw new Error(`the graph answered ${JSON.stringify(errors)}`)
      return data
    },
    subscribe(document, variables) {
      const socket = createClient({
        url: `${url.replace(/^http/, 'ws')}/graphql`,
        connectionParams: authorization,
        retryAttempts: 0,
      })
      return openFeed(socket, { query: print(document), variables })
    },
  }
}

/** A socket that closes rejects with what it closed with, and not with an Error. */
function toError(error: unknown): Error {
  if (error instanceof Error) return error
  const { code, reason } = error as { readonly code?: number; readonly reason?: string }
  return new Error(code === undefined ? JSON.stringify(error) : `the socket was closed with ${code} ${reason}`)
}

function openFeed<Event>(
  socket: SocketClient,
  operation: { readonly query: string; readonly variables: Record<string, unknown> },
): Feed<Event> {
  const received: Event[] = []
  const source = socket.iterate<Event>(operation)
  let taken = 0
  let end: Error | null = null
  let ring: () => void = () => undefined
  const listen = async (): Promise<void> => {
    try {
      for await (const { data, errors } of source) {
        if (errors !== undefined || data == null) throw new Error(`the subscription answered ${JSON.stringify(errors)}`)
        received.push(data)
        ring()
      }
      end = new Error('the subscription ended')
    } catch (error) {
      end = toError(error)
    }
    ring()
  }
  const listening = listen()
  return {
    received,
    async next() {
      for (;;) {
        const event = received[taken]
        if (event !== undefined) {
          taken += 1
          return event
        }
        if (end !== null) throw end
        await new Promise<void>((resolve) => {
          ring = resolve
        })
      }
    },
    async [Symbol.asyncDispose]() {
      await source.return?.()
      await socket.dispose()
      await listening
    },
  }
}
