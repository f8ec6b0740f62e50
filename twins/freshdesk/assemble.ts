import { createTwinClock } from '../clock.ts'
import { redoControl } from '../control.ts'
import type { Controlled } from '../control.ts'
import { Deliveries } from '../deliveries.ts'
import type { Delivery } from '../deliveries.ts'
import { deskOf, keepDesks, nextToWork } from '../desks.ts'
import { createFaults } from '../faults.ts'
import { openJournal } from '../journal.ts'
import type { Journal } from '../journal.ts'
import { Pace } from '../pace.ts'
import { Recorder } from '../recorder.ts'
import { createRequestLog } from '../request-log.ts'
import type { TwinClock } from '../clock.ts'
import { isAnythingDue, passTime } from './acts/time.ts'
import { redoCall } from './api.ts'
import { deskControls } from './control.ts'
import type { Desk, SavedTwin, FreshdeskControlled } from './controlled.ts'
import type { Deed } from './deeds.ts'
import { callsOf, hourlyCallsOf } from './rules/trigger.ts'
import { accountOf } from './seed/accounts.ts'
import type { FreshdeskAccountOptions, SeedSizes } from './seed/accounts.ts'
import { seedWorld } from './seed/world.ts'
import { Traffic } from './traffic.ts'
import type { World } from './world.ts'

/** What decides the accounts, and where they are kept. */
export interface FreshdeskSettings {
  readonly accounts: readonly FreshdeskAccountOptions[]
  readonly seed: number
  readonly indexLagMs: number
  readonly now?: () => Date
  readonly statePath?: string
  readonly contractChecks: Controlled['contractChecks']
  readonly log: (line: string) => void
}

/** Counts what deeds and saved states mean; with another number, those of before are not read. */
const version = 2

const nothing: SeedSizes = { contacts: 0, companies: 0, tickets: 0 }
const usual: SeedSizes = { contacts: 1_000, companies: 80, tickets: 1_500 }

const minuteMs = 60_000
const hourMs = 60 * minuteMs

/**
 * Builds the accounts and what acts on them, or brings back what was kept; nothing listens yet.
 *
 * @param opened closes the state
 * @throws StateInUseError
 */
export function assemble(settings: FreshdeskSettings, opened: DisposableStack): FreshdeskControlled {
  const { seed, log } = settings
  const clock = createTwinClock(settings.now)
  const journal = journalFor(settings)
  const recorder = opened.use(new Recorder<SavedTwin, Deed>(clock, journal))
  const kept = journal?.read() ?? null
  const seededAt = kept ? new Date(kept.state.seededAt) : clock.now()
  const deliveries = deliveriesBy(clock)
  const send = (world: World, calls: () => Delivery[]): void => {
    if (recorder.replaying) return
    for (const call of calls()) deliveries.send({ ...call, quotaOf: world.account.domain })
  }
  const desks = clock.during(seededAt, () =>
    settings.accounts.map((options) => openDesk(settings, { options, clock, isKept: kept !== null, send })),
  )
  const passAll = (): void => {
    for (const { world } of desks) passTime(world, (ticket) => send(world, () => hourlyCallsOf(world, ticket)))
  }
  const isDue = (): boolean => desks.some(({ world }) => isAnythingDue(world))
  const timePasses = (): void => void (isDue() && recorder.record({ do: 'time' }, passAll))
  const twin: FreshdeskControlled = {
    clock,
    desks,
    deliveries,
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
    guess({ world }, agent) {
      const deed: Deed = { do: 'guess', account: world.account.domain, agentId: agent.id }
      recorder.record(deed, () => redo(desks, deed))
    },
    resetKey({ world }, agent) {
      const key = crypto.randomUUID().replaceAll('-', '').slice(0, 20)
      const deed: Deed = { do: 'key', account: world.account.domain, agentId: agent.id, key }
      recorder.record(deed, () => redo(desks, deed))
      return key
    },
  }
  const again = (deed: Deed): void => {
    if (deed.do === 'time') passAll()
    else if (deed.do === 'clock') clock.skew(deed.offsetMs)
    else redo(desks, deed)
  }
  recorder.resume(kept, { ...keepDesks({ clock, desks, seededAt, restOf: ({ hourly }) => hourly }), redo: again })
  return twin
}

/** Each step is one account's. */
function paceOf(
  desks: readonly Desk[],
  by: { readonly recorder: FreshdeskControlled['recorder']; readonly timePasses: () => void },
): () => string {
  return () => {
    by.timePasses()
    const desk = nextToWork(desks)
    if (!desk) return 'there is no account'
    return by.recorder.record({ do: 'step', account: desk.name }, () => desk.traffic.step())
  }
}

/** Retries after 5, 30 and 60 minutes, 1,000 calls an hour, and those above it up to a day later. Source: the provider's notes. */
function deliveriesBy(clock: TwinClock): Deliveries {
  return new Deliveries({
    concurrency: 8,
    timeoutMs: 5_000,
    retryWaitsMs: [5 * minuteMs, 30 * minuteMs, 60 * minuteMs],
    throttleMs: 0,
    quota: { calls: 1_000, windowMs: hourMs, keptMs: 24 * hourMs },
    now: () => clock.now(),
  })
}

function openDesk(
  { seed, indexLagMs }: FreshdeskSettings,
  of: {
    readonly options: FreshdeskAccountOptions
    readonly clock: TwinClock
    readonly isKept: boolean
    readonly send: (world: World, calls: () => Delivery[]) => void
  },
): Desk {
  const { options, clock } = of
  const sizes = of.isKept ? nothing : sizesOf(options)
  const world: World = seedWorld({
    account: accountOf(options),
    clock,
    seed,
    sizes,
    apiKey: options.apiKey,
    indexLagMs,
    announce: (event) => of.send(world, () => callsOf(world, event)),
  })
  return { name: options.domain, world, traffic: new Traffic(world, seed) }
}

function sizesOf({ contacts, companies, tickets }: FreshdeskAccountOptions): SeedSizes {
  return {
    contacts: contacts ?? usual.contacts,
    companies: companies ?? usual.companies,
    tickets: tickets ?? usual.tickets,
  }
}

function journalFor({ statePath, seed, accounts, log }: FreshdeskSettings): Journal<SavedTwin, Deed> | null {
  if (statePath === undefined) return null
  const seeded = accounts.map((one) => ({ domain: one.domain, kind: one.kind ?? 'shop', ...sizesOf(one) }))
  return openJournal({ folder: statePath, identity: { twin: 'freshdesk', version, seed, seeded }, log })
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
    case 'guess':
      desk.world.agents.forEach((agent) => {
        if (agent.id === deed.agentId) agent.failedLogins += 1
      })
      return
    case 'key':
      desk.world.agents.forEach((agent) => {
        if (agent.id === deed.agentId) agent.apiKey = deed.key
      })
  }
}
