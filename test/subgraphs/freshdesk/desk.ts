import { Agent } from 'undici'
import type { AccountClient } from '../../../kit/account-client.ts'
import { openBreaker } from '../../../kit/breaker.ts'
import { openBudget } from '../../../kit/budget.ts'
import { openClient } from '../../../kit/client.ts'
import type { Clock } from '../../../kit/clock.ts'
import type { ReadContext, Stream } from '../../../kit/contract.ts'
import type { Json } from '../../../store/kinds.ts'
import { freshdesk } from '../../../subgraphs/freshdesk/index.ts'
import { type FreshdeskTwin, startFreshdeskTwin } from '../../../twins/freshdesk/index.ts'
import type { FreshdeskTwinOptions } from '../../../twins/freshdesk/index.ts'
import { createMirror, type Mirror } from '../../contract/mirror.ts'
import { createSkippingClock } from '../../kit/clocks.ts'

/** A connector before a twin of a Freshdesk account, on a real socket; time passes when it is waited for. */
export interface Desk extends AsyncDisposable {
  readonly twin: FreshdeskTwin
  readonly clock: Clock
  readonly client: AccountClient
  readonly mirror: Mirror
  context(): ReadContext
  /** Reads a stream to its end into the mirror, and answers the cursor of the next run. */
  run(stream: Stream, cursor: Json | null): Promise<Json>
}

/** Opens it, with the rows of one account. */
export async function openDesk(options: FreshdeskTwinOptions = {}, account = 0): Promise<Desk> {
  const clock = createSkippingClock()
  await clock.wait(13 * 3_600_000)
  const twin = await startFreshdeskTwin({ now: () => clock.now(), ...options })
  const { domain, apiKey } = twin.accounts()[account] ?? { domain: '', apiKey: '' }
  const dispatcher = new Agent()
  const { signal } = new AbortController()
  const client = openClient({
    connector: freshdesk,
    accountId: null,
    settings: { baseUrl: twin.url, region: null, domain, actorRemoteId: null },
    credential: async () => ({ accessToken: null, refreshToken: null, expiresAt: null, fields: { apiKey } }),
    budget: openBudget({ provider: 'freshdesk', api: freshdesk.api, clock }),
    breaker: openBreaker(clock),
    lane: 'backfill',
    dispatcher,
    clock,
    random: () => 0.5,
    log: () => {},
    signal,
  })
  const mirror = createMirror()
  const context = (): ReadContext => ({
    now: clock.now(),
    signal,
    versions: (kind, remoteIds) => mirror.versions(kind, remoteIds),
    stored: (kind) => mirror.stored(kind),
    lastAsked: async () => new Map(),
  })
  return {
    twin,
    clock,
    client,
    mirror,
    context,
    async run(stream, cursor) {
      for (let place = cursor; ;) {
        const page = await stream.read(client, place, context())
        if (page.failed.length > 0) throw new Error(page.failed.map(({ reason }) => reason).join('; '))
        mirror.apply(page.changes)
        place = page.cursor
        if (page.done) return place
      }
    },
    async [Symbol.asyncDispose]() {
      await dispatcher.close()
      await twin.close()
    },
  }
}
