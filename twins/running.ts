import { callControl } from './control.ts'
import type { Controlled } from './control.ts'
import type { CheckCount, Violation } from './contract.ts'
import type { DeliveryAttempt, DeliveryFaults } from './deliveries.ts'
import type { FaultSettings } from './faults.ts'
import type { Listener } from './listener.ts'
import type { LoggedRequest, RequestFilter } from './request-log.ts'

/** What every running twin can be asked and told, whichever provider it is of. */
export interface RunningTwin extends AsyncDisposable {
  /** Where the provider's own paths and the control API (`/__twin/…`) are. */
  readonly url: string
  requests(filter?: RequestFilter): LoggedRequest[]
  clearRequests(): void
  violations(): readonly Violation[]
  /** How many requests and answers were held against the description. */
  contractChecks(): CheckCount
  setFaults(faults: FaultSettings): void
  clearFaults(): void
  setWebhookFaults(faults: DeliveryFaults): void
  webhookAttempts(): readonly DeliveryAttempt[]
  /** Answers when the webhook calls that are under way were answered; what waits for its retry goes on waiting. */
  idleWebhooks(): Promise<void>
  /** Sends every waiting webhook call now, retries included, and answers when none is left. */
  settleWebhooks(): Promise<void>
  moveClock(byMs: number): void
  startTraffic(options?: { readonly everyMs?: number }): void
  stopTraffic(): void
  /** Lets one thing happen now, and says what. */
  stepTraffic(): string
  /** Calls the control API: `control('POST', '/customers/open', { body: 'Hello' })`. Answers the parsed JSON. */
  control(method: string, path: string, body?: Record<string, unknown>): Promise<unknown>
  close(): Promise<void>
}

/** What a program holds of a twin that listens. @param at.state what is closed last */
export function runningTwin(
  twin: Controlled,
  at: { readonly listener: Listener; readonly state: Disposable },
): RunningTwin {
  const { requests, faults, deliveries, pace, clock } = twin
  const { url } = at.listener
  const close = async (): Promise<void> => {
    pace.stop()
    await deliveries.close()
    await at.listener.close()
    at.state[Symbol.dispose]()
  }
  return {
    url,
    requests: (filter) => requests.list(filter),
    clearRequests: () => requests.clear(),
    violations: () => twin.violations,
    contractChecks: twin.contractChecks,
    setFaults: (next) => faults.set(next),
    clearFaults: () => faults.clear(),
    setWebhookFaults: (next) => deliveries.setFaults(next),
    webhookAttempts: () => deliveries.attempts(),
    idleWebhooks: () => deliveries.idle(),
    settleWebhooks: () => deliveries.settle(),
    moveClock: (byMs) => twin.setClock(clock.offsetMs() + byMs),
    startTraffic: (options) => pace.start(options?.everyMs),
    stopTraffic: () => pace.stop(),
    stepTraffic: () => pace.step(),
    control: (method, path, body) => callControl(url, { method, path, body }),
    close,
    [Symbol.asyncDispose]: close,
  }
}
