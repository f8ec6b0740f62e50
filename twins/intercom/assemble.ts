import { createTwinClock } from '../clock.ts'
import { redoControl } from '../control.ts'
import type { Controlled } from '../control.ts'
import { createFaults } from '../faults.ts'
import { openJournal } from '../journal.ts'
import type { Journal } from '../journal.ts'
import { Pace } from '../pace.ts'
import { Recorder } from '../recorder.ts'
import { createRequestLog } from '../request-log.ts'
import { restoreWorld, saveWorld } from '../world.ts'
import { wakeSnoozed } from './acts/states.ts'
import { redoCalls } from './api.ts'
import { worldControls } from './control.ts'
import type { IntercomControlled } from './control.ts'
import type { Deed } from './deeds.ts'
import type { SavedTwin } from './saved.ts'
import { seedWorld } from './seed/world.ts'
import type { SeedSizes } from './seed/world.ts'
import { createTokens } from './tokens.ts'
import { Traffic } from './traffic.ts'
import { Webhooks } from './webhooks.ts'
import type { App, World } from './world.ts'

/** What decides a workspace, and where it is kept. */
export interface IntercomSettings extends SeedSizes {
  readonly clientSecret: string
  readonly accessToken: string
  readonly appId: string
  readonly appName: string
  readonly region: App['region']
  readonly timezone: string
  readonly seed: number
  readonly now?: () => Date
  readonly statePath?: string
  readonly contractChecks: Controlled['contractChecks']
  readonly log: (line: string) => void
}

/** Counts what deeds and saved states mean; with another number, those of before are not read. */
const version = 2

const nothing: SeedSizes = { contacts: 0, companies: 0, conversations: 0, tickets: 0 }

/**
 * Builds the workspace and what acts on it, or brings back what was kept; nothing listens yet.
 *
 * @param opened closes the state
 * @throws StateInUseError
 */
export function assemble(settings: IntercomSettings, opened: DisposableStack): IntercomControlled {
  const { clientSecret, accessToken, seed, appId, region, timezone, log } = settings
  const clock = createTwinClock(settings.now)
  const journal = journalFor(settings)
  const recorder = opened.use(new Recorder<SavedTwin, Deed>(clock, journal))
  const kept = journal?.read() ?? null
  const seededAt = kept ? new Date(kept.state.seededAt) : clock.now()
  const app: App = { id: appId, name: settings.appName, region, timezone, createdAt: 1_577_836_800 }
  const webhooks = new Webhooks({ appId, clientSecret }, clock)
  const announce: World['announce'] = (topic, item) => {
    if (!recorder.replaying) webhooks.announce(topic, item)
  }
  const sizes = kept ? nothing : settings
  const world = clock.during(seededAt, () => seedWorld({ app, clock, seed, sizes, announce }))
  const tokens = createTokens(clock, { accessToken, adminId: world.admins[0]?.id ?? '' })
  const traffic = new Traffic(world, seed)
  const twin: IntercomControlled = {
    clock,
    world,
    webhooks,
    deliveries: webhooks.deliveries,
    tokens,
    recorder,
    pace: new Pace(() => recorder.record({ do: 'step' }, () => traffic.step()), log),
    faults: createFaults(),
    requests: createRequestLog(),
    violations: [],
    contractChecks: settings.contractChecks,
    setClock: (offsetMs) => recorder.record({ do: 'clock', offsetMs }, () => clock.skew(offsetMs)),
    seed,
  }
  recorder.resume(kept, { ...keeping(twin, traffic, seededAt), redo: redoing(twin, traffic) })
  webhooks.enable(tokens.anyActive())
  return twin
}

function journalFor(settings: IntercomSettings): Journal<SavedTwin, Deed> | null {
  const { statePath, appId, seed, contacts, companies, conversations, tickets, log } = settings
  if (statePath === undefined) return null
  const identity = { twin: 'intercom', version, appId, seed, contacts, companies, conversations, tickets }
  return openJournal({ folder: statePath, identity, log })
}

function keeping({ clock, world, webhooks, tokens }: IntercomControlled, traffic: Traffic, seededAt: Date) {
  return {
    save: (): SavedTwin => ({
      seededAt: seededAt.getTime(),
      clockOffsetMs: clock.offsetMs(),
      subscription: webhooks.subscription,
      tokens: tokens.save(),
      traffic: traffic.save(),
      world: saveWorld(world),
      deletedConversations: world.deletedConversations,
      away: world.admins.filter((admin) => admin.away).map(({ id }) => id),
    }),
    restore(saved: SavedTwin): void {
      clock.skew(saved.clockOffsetMs)
      webhooks.aim(saved.subscription)
      tokens.restore(saved.tokens)
      traffic.restore(saved.traffic)
      restoreWorld(world, saved.world)
      for (const admin of world.admins) admin.away = saved.away.includes(admin.id)
      world.deletedConversations.splice(0, world.deletedConversations.length, ...saved.deletedConversations)
    },
  }
}

function redoing({ clock, world, webhooks, tokens }: IntercomControlled, traffic: Traffic): (deed: Deed) => unknown {
  const [redoCall, controls] = [redoCalls(world), worldControls(world)]
  return (deed) => {
    switch (deed.do) {
      case 'call':
        return redoCall(deed)
      case 'control':
        return redoControl(controls, deed)
      case 'step':
        return traffic.step()
      case 'wake':
        return wakeSnoozed(world)
      case 'clock':
        return clock.skew(deed.offsetMs)
      case 'allow':
        return tokens.issueCode(deed.code, deed.adminId)
      case 'install':
        return tokens.redeem(deed.code, deed.token)
      case 'revoke':
        return tokens.revoke(deed.token ?? undefined)
      case 'subscribe':
        return webhooks.aim({ url: deed.url, topics: deed.topics })
    }
  }
}
