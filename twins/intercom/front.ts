import { setTimeout as wait } from 'node:timers/promises'
import { controlPrefix, createControl } from '../control.ts'
import { ReplyError } from '../exchange.ts'
import type { TwinReply, TwinRequest } from '../exchange.ts'
import type { RequestFaults } from '../faults.ts'
import type { Answer, SentReply } from '../listener.ts'
import { createRouter } from '../router.ts'
import type { RouteMatch, RouteTable } from '../router.ts'
import type { Api, ApiAnswer } from './api.ts'
import { intercomControls } from './control.ts'
import type { IntercomControlled } from './control.ts'
import type { OpenHandler } from './oauth.ts'

/** What stands behind the one address. */
export interface FrontParts {
  readonly api: Api
  /** What answers without a token. */
  readonly open: RouteTable<OpenHandler>
  readonly controlled: IntercomControlled
  readonly log: (line: string) => void
}

/** Takes every request: to the control API, to the open pages or to the API, with the faults that were asked for. */
export function createFront(parts: FrontParts): Answer {
  const { faults, requests, clock } = parts.controlled
  const control = createControl(intercomControls(parts.controlled))
  const findOpen = createRouter(parts.open)
  return async (request) => {
    if (request.path.startsWith(`${controlPrefix}/`)) return control(request)
    const wrong = faults.take(request.method, request.path)
    if (wrong.latencyMs > 0) await wait(wrong.latencyMs, undefined, { ref: false })
    const openMatch = findOpen(request.method, request.path)
    const answered = answer(parts, request, { wrong, openMatch })
    const reply = spoil(parts, answered.reply, wrong)
    const { method, path, query } = request
    const { template } = answered
    requests.add({ at: clock.now(), method, path, query: query.toString(), template, status: reply?.status ?? null })
    return reply
  }
}

function answer(
  parts: FrontParts,
  request: TwinRequest,
  found: { readonly wrong: RequestFaults; readonly openMatch: RouteMatch<OpenHandler> | null },
): ApiAnswer {
  const { wrong, openMatch } = found
  const template = openMatch?.template ?? null
  if (wrong.failBefore !== null) return { reply: parts.api.failure(wrong.failBefore), template }
  return openMatch ? { reply: openly(openMatch.handler, request), template } : parts.api.answer(request)
}

function openly(handler: OpenHandler, request: TwinRequest): TwinReply {
  try {
    return handler(request)
  } catch (error) {
    if (error instanceof ReplyError) return error.reply
    throw error
  }
}

/** Breaks an answer on purpose; null closes the socket without one. */
function spoil(parts: FrontParts, reply: TwinReply, wrong: RequestFaults): SentReply | null {
  if (wrong.failAfter !== null) return parts.api.failure(wrong.failAfter)
  if (wrong.hangUp) return null
  if (!wrong.malformed || reply.json === undefined) return reply
  const text = JSON.stringify(reply.json)
  return { ...reply, text: text.slice(0, Math.floor(text.length / 2)) }
}
