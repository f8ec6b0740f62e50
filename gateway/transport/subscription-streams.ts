import { Pool, type Dispatcher } from 'undici'
import type { Clock } from '../clock.ts'
import { SubgraphError } from '../errors.ts'
import { findEncoding, parseAnswer, readAnswer } from './answer.ts'
import { toCallerHeaders, type Assertion } from './caller-headers.ts'
import { EventReader, EventTooLargeError, type ServerSentEvent } from './event-reader.ts'
import type { SubscriptionTransport } from './subscription-transport.ts'
import type { SubgraphAnswer, SubgraphEvents, SubgraphRequest } from './transport.ts'

/** Where subscriptions of one subgraph are made. */
export interface StreamsOptions {
  readonly name: string
  /** Begins with http: or https:. */
  readonly url: string
  /** Null for a subgraph that expects none. */
  readonly assertion: Assertion | null
  readonly connectTimeoutMs: number
  /** How large an answer, or one event, may be. */
  readonly maxAnswerBytes: number
  readonly clock: Clock
}

/** How long a stream may be silent that is kept alive. */
const MAX_SILENCE_MS = 120_000

/** How many comments show that a stream is kept alive; servers begin with one that do not go on with it. */
const COMMENTS_OF_LIFE = 2

type Body = Dispatcher.ResponseData['body']

/**
 * Makes subscriptions over Server-Sent Events, as the distinct connections mode of graphql-sse has it: one request for
 * each, whose answers come as `next`, and then `complete`
 * (https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md, read 2026-11-21).
 *
 * The head of the answer must come before the subscription counts as open. A subgraph that then has sent several comments
 * keeps its stream alive (graphql-sse sends one every 12 seconds), and is taken for lost when it is silent for two minutes.
 * Of any other, silence is no failure, however long: that it is gone without a word is found by the system's keep-alive.
 * Events are read when they are asked for, so one that sends faster than its events can be completed is held by its
 * connection.
 *
 * A stream that breaks, or ends without `complete`, ends its subscription with an error: to reconnect here would lose
 * the events in between, whereas the client can resume from its last cursor.
 */
export function createSubscriptionStreams(options: StreamsOptions): SubscriptionTransport {
  const { name, assertion } = options
  const url = new URL(options.url)
  const pool = new Pool(url.origin, {
    connectTimeout: options.connectTimeoutMs,
    // Who subscribes waits for the head no longer than the operation's deadline, and for events as long as it likes.
    headersTimeout: 0,
    bodyTimeout: 0,
  })
  const open = async (request: SubgraphRequest) => {
    const { operation, variables, signal } = request
    const headers = {
      ...(await toCallerHeaders(assertion, request)),
      'content-type': 'application/json',
      accept: 'text/event-stream',
      'accept-encoding': 'identity',
    }
    const body = JSON.stringify({ query: operation.text, variables })
    try {
      return await pool.request({ method: 'POST', path: url.pathname + url.search, headers, body, signal })
    } catch (cause) {
      throw new SubgraphError('SUBGRAPH_UNAVAILABLE', `subgraph "${name}" cannot be reached`, { cause })
    }
  }
  return {
    subscribe: async (request) => {
      const response = await open(request)
      const { statusCode, body } = response
      // An aborted body is destroyed with an error, which concerns nobody: whoever reads it hears of it there.
      body.on('error', () => {})
      const encoded = findEncoding(name, response.headers['content-encoding'])
      if (encoded !== null) {
        body.destroy()
        throw encoded
      }
      if (!isStream(response)) return readRefusal(options, statusCode, body)
      return toEvents(options, body, request.signal)
    },
    // What is open is ended by those who opened it; here nobody is waited for.
    close: () => pool.destroy(),
  }
}

function isStream({ statusCode, headers }: Dispatcher.ResponseData): boolean {
  return statusCode === 200 && /^text\/event-stream\b/i.test(String(headers['content-type'] ?? ''))
}

/** Reads why there is no stream: an answer with errors, in the subgraph's words. */
async function readRefusal(options: StreamsOptions, status: number, body: Body): Promise<SubgraphAnswer> {
  const { name, maxAnswerBytes } = options
  const text = await readText(name, body, maxAnswerBytes)
  const answer = readAnswer(name, { status, encoding: undefined, text })
  if ((answer.errors ?? []).length > 0) return answer
  throw new SubgraphError('SUBGRAPH_ANSWER_INVALID', `subgraph "${name}": expected a stream of events`)
}

async function readText(name: string, body: Body, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      size += chunk.length
      if (size > maxBytes) throw new SubgraphError('SUBGRAPH_ANSWER_INVALID', `subgraph "${name}" answers too much`)
      chunks.push(chunk)
    }
  } catch (failure) {
    throw failure instanceof SubgraphError ? failure : toBreak(name, failure)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** How much more of a stream is read: nothing bounds it until it has to finish. */
interface Rest {
  bytes: number
}

/** Ends at `complete`, or after the rest. */
async function* readEvents(
  { name, maxAnswerBytes, clock }: StreamsOptions,
  body: Body,
  rest: Rest,
): AsyncGenerator<SubgraphAnswer> {
  const reader = new EventReader(maxAnswerBytes)
  try {
    for await (const chunk of untilSilent(body, clock, () => reader.comments >= COMMENTS_OF_LIFE)) {
      for (const event of reader.read(chunk)) {
        if (event.type === 'complete') return
        yield toAnswer(name, event)
      }
      rest.bytes -= chunk.length
      if (rest.bytes <= 0) return
    }
  } catch (failure) {
    throw failure instanceof SubgraphError ? failure : toBreak(name, failure)
  }
  throw toBreak(name, new Error('the stream ended without "complete"'))
}

/** Passes on what comes, and ends the connection of a stream that is kept alive and brings nothing any more. */
async function* untilSilent(body: Body, clock: Clock, isKeptAlive: () => boolean): AsyncGenerator<Buffer> {
  const chunks = (body as AsyncIterable<Buffer>)[Symbol.asyncIterator]()
  const lose = () => body.destroy(new Error(`no byte came for ${MAX_SILENCE_MS} ms, not even a comment`))
  try {
    for (;;) {
      const callOff = isKeptAlive() ? clock.after(MAX_SILENCE_MS, lose) : null
      const step = await chunks.next().finally(() => callOff?.())
      if (step.done === true) return
      yield step.value
    }
  } finally {
    await chunks.return?.()
  }
}

function toAnswer(name: string, { type, data }: ServerSentEvent): SubgraphAnswer {
  const answer = type === 'next' ? parseAnswer(data) : null
  if (answer !== null) return answer
  throw new SubgraphError('SUBGRAPH_ANSWER_INVALID', `subgraph "${name}": expected an answer in every event`)
}

function toBreak(name: string, failure: unknown): SubgraphError {
  const message = `the subscription at subgraph "${name}" broke off`
  const code = failure instanceof EventTooLargeError ? 'SUBGRAPH_ANSWER_INVALID' : 'SUBGRAPH_UNAVAILABLE'
  return new SubgraphError(code, message, { cause: failure })
}

/** A generator's `return` waits for the event it waits for; this one ends the connection, and with it the wait. */
function toEvents(options: StreamsOptions, body: Body, signal: AbortSignal): SubgraphEvents {
  const rest: Rest = { bytes: Number.POSITIVE_INFINITY }
  const events = readEvents(options, body, rest)
  let isLeft = false
  return {
    next: async () => {
      try {
        return await events.next()
      } catch (failure) {
        if (isLeft || signal.aborted) return { done: true, value: undefined }
        throw failure
      }
    },
    finish: () => {
      if (isLeft) return
      isLeft = true
      rest.bytes = body.readableLength
      if (rest.bytes === 0) body.destroy()
    },
    return: async () => {
      isLeft = true
      body.destroy()
      return { done: true, value: undefined }
    },
  }
}
