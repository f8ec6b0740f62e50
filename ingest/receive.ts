import { createHash, randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Clock } from '../kit/clock.ts'
import type { Connector, Envelope, Webhook } from '../kit/contract.ts'
import { MalformedError, SignatureError } from '../kit/errors.ts'
import { verifyDelivery } from '../kit/verify.ts'
import type { Route } from '../server/role.ts'
import { DatabaseUnavailableError } from '../store/errors.ts'
import type { Json } from '../store/kinds.ts'
import type { Store } from '../store/store.ts'
import type { Addressee } from '../store/webhooks.ts'
import { BodyTooLargeError, readBody } from '../server/body.ts'
import { type Intake, openIntake } from './intake.ts'
import type { JobSender } from './jobs.ts'
import type { IngestMetrics } from './metrics.ts'

/** Where providers push to: `/webhooks/<provider>`, or `/webhooks/<provider>/<token>` where each integration has its own. */
export const WEBHOOK_PATH = '/webhooks/'

/** Larger than any delivery that a provider documents: Intercom's hold a conversation with 500 parts at most. */
const MAX_BODY_BYTES = 8 * 1024 * 1024

/** How soon a provider may send again what could not be stored. */
const RETRY_AFTER_SECONDS = 5

/** What receiving stands on. */
export interface Receiving {
  readonly store: Pick<Store, 'deliveries' | 'webhooks'>
  readonly connectors: readonly Connector[]
  /** The secrets that are current for a provider that pushes to our app; none means that everything is refused. */
  readonly secrets: (provider: string) => readonly string[]
  readonly jobs: Pick<JobSender, 'sendAll'>
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
 * and has no second effect. Everything that is not a proven delivery is refused and not stored: 404 for an address that
 * is nobody's, 410 for one whose integration is disconnected, 401 for the proof, 400 for the body, 413 for its size. 503
 * asks to send again.
 *
 * Nothing but the token says whose an integration's own address is: it is looked up each time, by one indexed read, so
 * that a new secret holds in every process at once.
 */
export function receiveRoute(receiving: Receiving): Route {
  const intake = openIntake(receiving.store, receiving.jobs)
  const webhooks = new Map(receiving.connectors.map((connector) => [connector.provider, connector.webhook]))
  return {
    method: '*',
    path: `${WEBHOOK_PATH}*`,
    async handle(request, response, url) {
      const [provider = '', token = null, ...more] = url.pathname.slice(WEBHOOK_PATH.length).split('/')
      const webhook = more.length === 0 ? webhooks.get(provider) : null
      if (!webhook) return answer(response, 404, NOBODYS)
      const door = { ...receiving, intake, provider, webhook }
      try {
        const addressee = await findAddressee(door, token)
        if (addressee === null) {
          receiving.metrics?.deliveryCame(provider, 'unknown_address')
          return answer(response, 404, NOBODYS)
        }
        await admit({ ...door, addressee }, request, response)
      } catch (error) {
        refuse(door, response, error)
      }
    },
  }
}

/** The same for whatever is unknown, so that trying tells nothing. */
const NOBODYS = 'nothing is taken in at this address'

type Door = Receiving & { readonly intake: Intake; readonly provider: string; readonly webhook: Webhook }
type Receiver = Door & { readonly addressee: Receivable }

/** Whom an address is for; `integrationId` null for all accounts of a provider. */
type Receivable = Pick<Addressee, 'secrets' | 'status'> & {
  readonly integrationId: string | null
  readonly accountId: string | null
}

async function findAddressee(
  { webhook, provider, secrets, store }: Door,
  token: string | null,
): Promise<Receivable | null> {
  if (webhook.addressee === 'app') {
    return token === null
      ? { integrationId: null, accountId: null, status: 'ACTIVE', secrets: secrets(provider) }
      : null
  }
  const found = token === null ? null : await store.webhooks.byToken(token)
  return found?.provider === provider ? found : null
}

async function admit(receiver: Receiver, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (receiver.addressee.status === 'DISCONNECTED') return answer(response, 410, 'the integration is disconnected')
  switch (request.method) {
    // Providers try the URL with these before they accept it.
    case 'HEAD':
    case 'GET':
      return answer(response, 200, 'ready')
    case 'POST':
      return receive(receiver, request, response)
    case undefined:
    default:
      response.setHeader('allow', 'GET, HEAD, POST')
      return answer(response, 405, 'deliveries are sent with POST')
  }
}

async function receive(receiver: Receiver, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const receivedAt = receiver.clock.now()
  const body = await readBody(request, MAX_BODY_BYTES)
  const { provider, webhook, addressee } = receiver
  const { headers } = request
  const { secrets } = addressee
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
}

interface Arrival {
  readonly body: Buffer
  readonly receivedAt: Date
  readonly headers: Record<string, string>
}

async function keep(
  { intake, provider, webhook, addressee }: Receiver,
  envelope: Envelope,
  arrival: Arrival,
): Promise<{ readonly fresh: boolean }> {
  const { integrationId } = addressee
  // An integration's own address says whose it is, whatever stands in the body.
  const accountId = integrationId === null ? envelope.accountId : addressee.accountId
  const deliveryId = envelope.deliveryId ?? idOf(webhook, arrival)
  return intake.keep({ provider, integrationId, accountId, deliveryId, topic: envelope.topic, ...arrival })
}

/**
 * What a delivery is known by that has no id of its own.
 *
 * One that is signed, by what was signed: a provider that sends it again sends the same. One that only shows a secret
 * is always another: a provider that tells neither id nor time tells two changes by the same bytes, and to lose the
 * second is worse than to look twice.
 */
function idOf({ proof }: Webhook, { body, headers }: Arrival): string {
  if (proof.kind === 'shared-secret') return `fresh:${randomUUID()}`
  const signedAt = proof.timestamp === null ? '' : (headers[proof.timestamp.header.toLowerCase()] ?? '')
  return `sha256:${createHash('sha256').update(signedAt).update(body).digest('hex')}`
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

function refuse({ log, provider, metrics }: Door, response: ServerResponse, error: unknown): void {
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
