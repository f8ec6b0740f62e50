import { ReplyError } from '../exchange.ts'
import type { TwinReply, TwinRequest } from '../exchange.ts'
import { createFront } from '../front.ts'
import type { Answer } from '../listener.ts'
import { createRouter } from '../router.ts'
import type { RouteTable } from '../router.ts'
import type { Api } from './api.ts'
import { intercomControls } from './control.ts'
import type { IntercomControlled } from './control.ts'
import type { OpenHandler } from './oauth.ts'

/** What stands behind the one address. */
export interface IntercomFrontParts {
  readonly api: Api
  /** What answers without a token. */
  readonly open: RouteTable<OpenHandler>
  readonly controlled: IntercomControlled
}

/** Takes every request: to the control API, to the open pages or to the API, with the faults that were asked for. */
export function createIntercomFront({ api, open, controlled }: IntercomFrontParts): Answer {
  const findOpen = createRouter(open)
  const openly = (request: TwinRequest) => findOpen(request.method, request.path)
  return createFront({
    controlled,
    controls: intercomControls(controlled),
    answer(request) {
      const match = openly(request)
      return match ? { reply: answerOpenly(match.handler, request), template: match.template } : api.answer(request)
    },
    failure: (status, request) => ({ reply: api.failure(status), template: openly(request)?.template ?? null }),
  })
}

function answerOpenly(handler: OpenHandler, request: TwinRequest): TwinReply {
  try {
    return handler(request)
  } catch (error) {
    if (error instanceof ReplyError) return error.reply
    throw error
  }
}
