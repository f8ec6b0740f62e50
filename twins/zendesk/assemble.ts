import { createTwinClock } from '../clock.ts'
import type { TwinClock } from '../clock.ts'
import { redoControl } from '../control.ts'
import type { Controlled } from '../control.ts'
import { deskOf, keepDesks, nextToWork } from '../desks.ts'
import { createFaults } from '../faults.ts'
import { openJournal } from '../journal.ts'
import type { Journal } from '../journal.ts'
import { Pace } from '../pace.ts'
import { Recorder } from '../recorder.ts'
import { createRequestLog } from '../request-log.ts'
import type { OAuthClient } from './account.ts'
import { actOAuth } from './acts/grants.ts'
import { isAnythingDue, passTime } from './acts/time.ts'
import { deskControls } from './control.ts'
import type { Desk, SavedTwin, ZendeskControlled } from './controlled.ts'
import type { Deed } from './deeds.ts'
import { doJob, redoCall } from './perform.ts'
import { accountOf } from './seed/accounts.ts'
import type { SeedSizes, ZendeskAccountOptions } from './seed/accounts.ts'
import { seedWorld } from './seed/world.ts'
import { Traffic } from './traffic.ts'
import { Invocations } from './webhooks/invocations.ts'
import { deliveriesOf, webhookDeliveries } from './webhooks/sender.ts'
import type { News, World } from './world.ts'

/** What decides the accounts, and where they are kept. */
export interface ZendeskSettings {
  readonly accounts: readonly ZendeskAccountOptions[]
  readonly client: OAuthClient
  readonly seed: number
  readonly indexLagMs: number
  readonly countsExactlyTo: number
  readonly now?: () => Date
  readonly statePath?: string
  readonly contractChecks: Controlled['contractChecks']
  readonly log: (line: string) => void
}

/** Counts what deeds and saved states mean; with another number, those of before are not read. */
const version = 4

const nothing: SeedSizes = { users: 0, organizations: 0, tickets: 0 }
const usual: SeedSizes = { users: 1_000, organizations: 80, tickets: 1_500 }

/**
 * Builds the accounts and what acts on them, or brings back what was kept; nothing listens yet.
 *
 * @param opened closes the state
 * @throws StateInUseError
 */
export function assemble(settings: ZendeskSettings, opened: DisposableStack): ZendeskControlled {
  const { seed, log } = settings
  const clock = createTwinClock(settings.now)
  const journal = journalFor(settings)
  const recorder = opened.use(new Recorder<SavedTwin, Deed>(clock, journal))
  const kept = journal?.read() ?? null
  const seededAt = kept ? new Date(kept.state.seededAt) : clock.now()
  const deliveries = webhookDeliveries(clock)
  const invocations = new Invocations(clock)
  const announce = (world: World, news: News): void => {
    const calls = deliveriesOf(world, news, recorder.replaying ? null : invocations)
    for (const call of calls) deliveries.send(call)
  }
  const desks = clock.during(seededAt, () =>
    settings.accounts.map((options, index) =>
      openDesk(settings, { options, index, clock, isKept: kept !== null, announce }),
    ),
  )
  const passAll = (): void => {
    for (const desk of desks) passTime(desk.world, (id) => doJob(desk, id))
  }
  const timePasses = (): void =>
    void (desks.some(({ world }) => isAnythingDue(world)) && recorder.record({ do: 'time' }, passAll))
  const twin: ZendeskControlled = {
    clock,
    desks,
    client: settings.client,
    deliveries,
    invocations,
    recorder,
    seed,
    pace: new Pace(paceOf(desks, { recorder, timePasses }), log),
    faults: createFaults(),
    requests: createRequestLog(),
    violations: [],
    contractChecks: settings.contractChecks,
    passTime: timePasses,
    setClock(offsetMs) {
      recorder.record({ do: 'clock', offsetMs }, () => clock.skew(offsetMs))
      timePasses()
      deliveries.wake()
    },
    oauth: ({ world }, act) =>
      recorder.record({ do: 'oauth', account: world.account.subdomain, act }, () => actOAuth(world, act)),
  }
  const again = (deed: Deed): void => {
    if (deed.do === 'time') passAll()
    else if (deed.do === 'clock') clock.skew(deed.offsetMs)
    else redo(desks, deed)
  }
  recorder.resume(kept, { ...keepDesks({ clock, desks, seededAt, restOf: ({ access }) => access }), redo: again })
  return twin
}

/** Each step is one account's. */
function paceOf(
  desks: readonly Desk[],
  by: { readonly recorder: ZendeskControlled['recorder']; readonly timePasses: () => void },
): () => string {
  return () => {
    by.timePasses()
    const desk = nextToWork(desks)
    if (!desk) return 'there is no account'
    return by.recorder.record({ do: 'step', account: desk.name }, () => desk.traffic.step())
  }
}

function openDesk(
  { seed, indexLagMs, countsExactlyTo }: ZendeskSettings,
  of: {
    readonly options: ZendeskAccountOptions
    readonly index: number
    readonly clock: TwinClock
    readonly isKept: boolean
    readonly announce: (world: World, news: News) => void
  },
): Desk {
  const { options, clock } = of
  const world: World = seedWorld({
    account: accountOf(options, of.index),
    clock,
    seed,
    sizes: of.isKept ? nothing : sizesOf(options),
    indexLagMs,
    countsExactlyTo,
    announce: (news) => of.announce(world, news),
  })
  return { name: options.subdomain, world, traffic: new Traffic(world, seed) }
}

function sizesOf({ users, organizations, tickets }: ZendeskAccountOptions): SeedSizes {
  return {
    users: users ?? usual.users,
    organizations: organizations ?? usual.organizations,
    tickets: tickets ?? usual.tickets,
  }
}

function journalFor({ statePath, seed, accounts, log }: ZendeskSettings): Journal<SavedTwin, Deed> | null {
  if (statePath === undefined) return null
  const seeded = accounts.map((one) => ({ subdomain: one.subdomain, ...sizesOf(one) }))
  return openJournal({ folder: statePath, identity: { twin: 'zendesk', version, seed, seeded }, log })
}

function redo(desks: readonly Desk[], deed: Exclude<Deed, { do: 'time' | 'clock' }>): void {
  if (deed.do === 'control') {
    void redoControl(deskControls(desks), deed)
    return
  }
  const desk = deskOf(desks, deed.account)
  switch (deed.do) {
    case 'call':
      redoCall(desk, deed)
      return
    case 'step':
      desk.traffic.step()
      return
    case 'oauth':
      actOAuth(desk.world, deed.act)
  }
}
