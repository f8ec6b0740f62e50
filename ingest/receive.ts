import { hash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Clock } from '../kit/clock.ts'
import type { Connector, Envelope, Webhook } from '../kit/contract.ts'
import { MalformedError, SignatureError } from '../kit/errors.ts'
import { verifyDelivery } from '../kit/verify.ts'
import type { Route } from '../server/role.ts'
import { DatabaseUnavailableError } from '../store/errors.ts'
import type { Json } from '../store/kinds.ts'
import type { Store } from '../store/store.ts'
import { BodyTooLargeError, readBody } from '../server/body.ts'
import type { JobSender } from './jobs.ts'
import type { IngestMetrics } from './metrics.ts'

/** Where providers push to: `/webhooks/<provider>`. */
export const WEBHOOK_PATH = '/webhooks/'

/** Larger than any delivery that a provider documents: Intercom's hold a conversation with 500 parts at most. */
const MAX_BODY_BYTES = 8 * 1024 * 1024

/** How soon a provider may send again what could not be stored. */
const RETRY_AFTER_SECONDS = 5

/** What receiving stands on. */
export interface Receiving {
  readonly store: Pick<Store, 'deliveries'>
  readonly connectors: readonly Connector[]
  /** The secrets that are current for a provider; none means that everything is refused. */
  readonly secrets: (provider: string) => readonly string[]
  readonly jobs: Pick<JobSender, 'send'>
  /** Called when a delivery was stored and acknowledged: time to work it. */
  readonly stored: () => void
  readonly clock: Clock
  readonly log: (line: string) => void
  readonly metrics?: IngestMetrics | undefined
}

/**
 * The door for providers' pushes: verify the raw bytes, store, then say 200. The work comes after.
 *
 * A 200 means that the delivery is stored, with its job, in one committed transaction. The same delivery again is 200
 * and has no second effect. Everything that is not a signed delivery is refused and not stored: 404 for a provider
 * that pushes nothing, 401 for the signature, 400 for the body, 413 for its size. 503 asks to send again.
 */
export function receiveRoute(receiving: Receiving): Route {
  const webhooks = new Map(receiving.connectors.map((connector) => [connector.provider, connector.webhook]))
  return {
    method: '*',
    path: `${WEBHOOK_PATH}*`,
    async handle(request, response, url) {
      const provider = url.pathname.slice(WEBHOOK_PATH.length)
      const webhook = webhooks.get(provider)
      if (!webhook) return answer(response, 404, 'no such provider')
      switch (request.method) {
        // Providers try the URL with these before they accept it.
        case 'HEAD':
        case 'GET':
          return answer(response, 200, 'ready')
        case 'POST':
          return receive({ ...receiving, provider, webhook }, request, response)
        case undefined:
        default:
          response.setHeader('allow', 'GET, HEAD, POST')
          return answer(response, 405, 'deliveries are sent with POST')
      }
    },
  }
}

type Receiver = Receiving & { readonly provider: string; readonly webhook: Webhook }

async function receive(receiver: Receiver, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const receivedAt = receiver.clock.now()
  try {
    const body = await readBody(request, MAX_BODY_BYTES)
    const { provider, webhook } = receiver
    const { headers } = request
    const secrets = receiver.secrets(provider)
    verifyDelivery({ provider, proof: webhook.proof, headers, body, secrets, now: receivedAt })
    const envelope = webhook.envelope(parse(provider, body), headers)
    if (envelope.probe) {
      receiver.metrics?.deliveryCame(provider, 'probe')
      return answer(response, 200, 'ok')
    }
    const { fresh } = await keep(receiver, envelope, { body, receivedAt, headers: keptHeaders(request, webhook) })
    receiver.metrics?.deliveryCame(provider, fresh ? 'kept' : 'known')
    answer(response, 200, 'ok')
    receiver.stored()
  } catch (error) {
    refuse(receiver, response, error)
  }
}

interface Arrival {
  readonly body: Buffer
  readonly receivedAt: Date
  readonly headers: Record<string, string>
}

async function keep(
  { store, jobs, provider }: Receiver,
  envelope: Envelope,
  arrival: Arrival,
): Promise<{ readonly fresh: boolean }> {
  const { accountId, topic } = envelope
  // A provider without delivery ids sends the same bytes when it sends again.
  const deliveryId = envelope.deliveryId ?? `sha256:${hash('sha256', arrival.body, 'hex')}`
  return store.deliveries.keep({ provider, accountId, deliveryId, topic, ...arrival }, (tx, id) =>
    jobs.send('delivery', { deliveryId: id, account: `${provider}/${accountId ?? ''}`, tries: 0 }, { within: tx }),
  )
}

function parse(provider: string, body: Buffer): Json {
  try {
    return JSON.parse(body.toString('utf8')) as Json
  } catch (cause) {
    throw new MalformedError(provider, 'expected the body of the delivery to be JSON', { cause })
  }
}

/** What helps to understand a delivery later; no cookie, no authorization and no secret is kept. */
function keptHeaders({ headers }: IncomingMessage, { proof }: Webhook): Record<string, string> {
  const signed = proof.kind === 'signature' ? [proof.header, proof.timestamp?.header] : []
  const names = ['content-type', 'user-agent', ...signed.map((name) => name?.toLowerCase())]
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = name === undefined ? undefined : headers[name]
      return name !== undefined && typeof value === 'string' ? [[name, value]] : []
    }),
  )
}

function refuse({ log, provider, metrics }: Receiver, response: ServerResponse, error: unknown): void {
  if (error instanceof SignatureError) {
    metrics?.deliveryCame(provider, 'bad_signature')
    log(`receive: refused a delivery: ${error.message}`)
    return answer(response, 401, error.message)
  }
  if (error instanceof MalformedError) {
    metrics?.deliveryCame(provider, 'malformed')
    return answer(response, 400, error.message)
  }
  if (error instanceof BodyTooLargeError) {
    metrics?.deliveryCame(provider, 'too_large')
    // What is still on its way is not read, so the connection can carry no other request.
    response.setHeader('connection', 'close')
    return answer(response, 413, error.message)
  }
  if (error instanceof DatabaseUnavailableError) {
    metrics?.deliveryCame(provider, 'not_stored')
    log(`receive: a delivery of ${provider} could not be stored: ${error.message}`)
    response.setHeader('retry-after', RETRY_AFTER_SECONDS)
    return answer(response, 503, 'not stored, send again')
  }
  throw error
}

function answer(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${text}\n`)
}
