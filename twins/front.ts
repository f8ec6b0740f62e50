import { setTimeout as wait } from 'node:timers/promises'
import { controlPrefix, createControl } from './control.ts'
import type { Controlled, ControlHandler } from './control.ts'
import type { TwinReply, TwinRequest } from './exchange.ts'
import type { RequestFaults } from './faults.ts'
import type { Answer, SentReply } from './listener.ts'
import type { RouteTable } from './router.ts'

/** An answer, and the declared path that gave it, null when none did. */
export interface Answered {
  readonly reply: TwinReply
  readonly template: string | null
}

/** What stands behind a twin's one address. */
export interface FrontParts {
  readonly controlled: Controlled
  readonly controls: RouteTable<ControlHandler>
  /** Everything the provider itself answers. */
  readonly answer: (request: TwinRequest) => Answered | Promise<Answered>
  /** An answer of the provider that something went wrong, as a fault asks for: 429 or a 5xx. */
  readonly failure: (status: number, request: TwinRequest) => Answered
}

/** Takes every request: to the control API, or to the provider's, with the faults that were asked for. */
export function createFront(parts: FrontParts): Answer {
  const { faults, requests, clock } = parts.controlled
  const control = createControl(parts.controls)
  return async (request) => {
    if (request.path.startsWith(`${controlPrefix}/`)) return control(request)
    const wrong = faults.take(request.method, request.path)
    if (wrong.latencyMs > 0) await wait(wrong.latencyMs, undefined, { ref: false })
    const { failBefore } = wrong
    const answered = failBefore === null ? await parts.answer(request) : parts.failure(failBefore, request)
    const reply = spoil(parts, { request, answered, wrong })
    const { method, path, query } = request
    const { template } = answered
    requests.add({ at: clock.now(), method, path, query: query.toString(), template, status: reply?.status ?? null })
    // A provider tells the time by its own clock, which is not ours.
    return reply && { ...reply, headers: { Date: clock.now().toUTCString(), ...reply.headers } }
  }
}

/** Breaks an answer on purpose; null closes the socket without one. */
function spoil(
  parts: FrontParts,
  made: { readonly request: TwinRequest; readonly answered: Answered; readonly wrong: RequestFaults },
): SentReply | null {
  const { wrong, answered } = made
  const { reply } = answered
  if (wrong.failAfter !== null) return parts.failure(wrong.failAfter, made.request).reply
  if (wrong.hangUp) return null
  if (!wrong.malformed || reply.json === undefined) return reply
  const text = JSON.stringify(reply.json)
  return { ...reply, text: text.slice(0, Math.floor(text.length / 2)) }
}
