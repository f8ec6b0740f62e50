import { commonControls, numbersOf, recordedControls } from '../control.ts'
import type { ControlHandler } from '../control.ts'
import type { RouteTable } from '../router.ts'
import { personControls } from './control-people.ts'
import { deskOf } from '../desks.ts'
import type { Desk, FreshdeskControlled } from './controlled.ts'
import { recordControls } from './control-records.ts'
import { countWorld } from './counts.ts'
import { getAgent } from './world.ts'

/** The control API: looking behind the scenes, acting as people, and breaking things. `account` names a domain; the first one unless told. */
export function freshdeskControls(twin: FreshdeskControlled): RouteTable<ControlHandler> {
  const { desks, recorder } = twin
  return {
    ...commonControls(twin),
    'GET /state': () => ({
      seed: twin.seed,
      now: twin.clock.now().toISOString(),
      trafficRunning: twin.pace.running,
      contract: twin.contractChecks(),
      accounts: desks.map(({ world }) => ({
        domain: world.account.domain,
        plan: world.account.plan,
        counts: countWorld(world),
      })),
    }),
    'GET /ids/{kind}': ({ params, query }) =>
      idsOf(deskOf(desks, query.get('account') ?? undefined), params['kind'] ?? ''),
    'GET /agents'({ query }) {
      const { world } = deskOf(desks, query.get('account') ?? undefined)
      const roleOf = (id: number | undefined) => world.roles.find((role) => role.id === id)?.name ?? null
      const all = [...world.agents.values()]
      return all.map(({ id, name, email, apiKey, role_ids }) => ({
        id,
        name,
        email,
        apiKey,
        role: roleOf(role_ids[0]),
      }))
    },
    'POST /keys/reset'({ body }) {
      const desk = deskOf(desks, body['account'])
      const [admin] = desk.world.agents.values()
      const { agentId = admin?.id ?? 0 } = numbersOf(body, ['agentId'])
      return { agentId, key: twin.resetKey(desk, getAgent(desk.world, agentId)) }
    },
    ...recordedControls(deskControls(desks), (deed, act) => {
      twin.passTime()
      return recorder.record(deed, act)
    }),
  }
}

/** The part of the control API that changes accounts themselves. */
export function deskControls(desks: readonly Desk[]): RouteTable<ControlHandler> {
  return { ...personControls(desks), ...recordControls(desks) }
}

function idsOf({ world }: Desk, kind: string): (number | string)[] {
  switch (kind) {
    case 'tickets':
      return [...world.tickets.values()].filter((one) => !one.archived && !one.deleted && !one.spam).map(({ id }) => id)
    case 'archived':
      return [...world.tickets.values()].filter(({ archived }) => archived).map(({ id }) => id)
    case 'contacts':
      return [...world.contacts.values()].filter(({ deleted, blocked }) => !deleted && !blocked).map(({ id }) => id)
    case 'companies':
      return [...world.companies.keys()]
    case 'agents':
      return [...world.agents.keys()]
    case 'rules':
      return [...world.rules.keys()]
    default:
      throw new TypeError(`kind must be tickets, archived, contacts, companies, agents or rules, but got "${kind}"`)
  }
}
