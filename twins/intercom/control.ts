import { commonControls, recordedControls, textOf } from '../control.ts'
import type { Controlled, ControlHandler } from '../control.ts'
import type { Recorder } from '../recorder.ts'
import type { RouteTable } from '../router.ts'
import { deleteConversation } from './acts/around.ts'
import { deleteCompany } from './acts/companies.ts'
import { archiveContact, createContact, deleteContact, mergeContacts, updateContact } from './acts/contacts.ts'
import { deleteTicket } from './acts/tickets.ts'
import { adminControls, customerControls } from './control-people.ts'
import { countWorld } from './counts.ts'
import { renderContact } from './render/contact.ts'
import { renderPart } from './render/conversation.ts'
import type { Deed } from './deeds.ts'
import { wakeDue } from './deeds.ts'
import type { SavedTwin } from './saved.ts'
import type { Tokens } from './tokens.ts'
import type { Subscription, Webhooks } from './webhooks.ts'
import { getCompany, getContact, getConversation, getTicket } from './world.ts'
import type { World } from './world.ts'

/** What of an Intercom twin can be controlled. */
export interface IntercomControlled extends Controlled {
  readonly world: World
  readonly tokens: Tokens
  readonly webhooks: Webhooks
  readonly recorder: Recorder<SavedTwin, Deed>
  readonly seed: number
}

/** The control API: looking behind the scenes, acting as people, and breaking things. */
export function intercomControls(twin: IntercomControlled): RouteTable<ControlHandler> {
  const { world, recorder } = twin
  return {
    ...commonControls(twin),
    'GET /state': () => ({
      appId: world.app.id,
      seed: twin.seed,
      now: world.clock.now().toISOString(),
      trafficRunning: twin.pace.running,
      contract: twin.contractChecks(),
      webhooks: twin.webhooks.subscription,
      counts: countWorld(world),
    }),
    'GET /ids/{kind}': ({ params }) => idsOf(world, params['kind'] ?? ''),
    'GET /conversations/{id}/parts': ({ params }) => {
      const { parts } = getConversation(world, params['id'] ?? '')
      return { total_count: parts.length, parts: parts.map((part) => renderPart(world, part)) }
    },
    'POST /clock'(call) {
      const moved = commonControls(twin)['POST /clock']?.(call)
      wakeDue(world, recorder)
      return moved
    },
    'POST /tokens/revoke'({ body }) {
      const except = textOf(body, 'except')
      if (except === undefined) return { revoked: revokeTokens(twin, textOf(body, 'token')) }
      const others = twin.tokens.save().active.filter(({ token }) => token !== except)
      return { revoked: others.reduce((sum, { token }) => sum + revokeTokens(twin, token), 0) }
    },
    async 'POST /webhooks'({ body }) {
      const topics = body['topics']
      const probe = await subscribe(twin, {
        url: textOf(body, 'url') ?? null,
        topics: Array.isArray(topics) ? topics.map(String) : null,
      })
      return { probe, ...twin.webhooks.subscription }
    },
    ...recordedControls(worldControls(world), (deed, act) => recorder.record(deed, act)),
  }
}

/** The part of the control API that changes the workspace itself. */
export function worldControls(world: World): RouteTable<ControlHandler> {
  return { ...customerControls(world), ...adminControls(world), ...recordControls(world) }
}

function recordControls(world: World): RouteTable<ControlHandler> {
  return {
    'POST /contacts'({ body }) {
      const role = body['role'] === 'lead' ? 'lead' : 'user'
      const [email, externalId, name] = [textOf(body, 'email'), textOf(body, 'externalId'), textOf(body, 'name')]
      const contact = createContact(world, {
        role,
        ...(email === undefined ? {} : { email }),
        ...(externalId === undefined ? {} : { externalId }),
        ...(name === undefined ? {} : { name }),
      })
      return renderContact(world, contact)
    },
    'POST /contacts/{id}'({ params, body }) {
      const contact = getContact(world, params['id'] ?? '')
      const name = textOf(body, 'name')
      if (name !== undefined) updateContact(world, contact, { name })
      if (body['archived'] === true) archiveContact(world, contact)
      return renderContact(world, contact)
    },
    'POST /contacts/merge'({ body }) {
      const into = getContact(world, textOf(body, 'into') ?? '')
      mergeContacts(world, getContact(world, textOf(body, 'from') ?? ''), into, { anyway: true })
      return renderContact(world, into, { mergeHistory: true })
    },
    'POST /delete'({ body }) {
      const id = textOf(body, 'id') ?? ''
      remove(world, textOf(body, 'kind') ?? '', id, { silently: body['silently'] === true })
      return { deleted: id }
    },
  }
}

function remove(world: World, kind: string, id: string, how: { silently: boolean }): void {
  switch (kind) {
    case 'conversation':
      return deleteConversation(world, getConversation(world, id), { ...how, retainMetrics: true })
    case 'contact':
      return deleteContact(world, getContact(world, id), how)
    case 'company':
      return deleteCompany(world, getCompany(world, id), how)
    case 'ticket':
      return deleteTicket(world, getTicket(world, id))
    default:
      throw new TypeError(`kind must be conversation, contact, company or ticket, but got "${kind}"`)
  }
}

function idsOf(world: World, kind: string): string[] {
  switch (kind) {
    case 'contacts':
      return [...world.contacts.values()].filter((contact) => !contact.archived).map(({ id }) => id)
    case 'conversations':
      return [...world.conversations.keys()]
    case 'tickets':
      return [...world.tickets.keys()]
    case 'companies':
      return [...world.companies.keys()]
    default:
      throw new TypeError(`kind must be contacts, conversations, tickets or companies, but got "${kind}"`)
  }
}

/** Ends one token, or all; without any, events stop. Answers how many ended. */
export function revokeTokens(twin: IntercomControlled, token?: string): number {
  const ended = twin.recorder.record({ do: 'revoke', token: token ?? null }, () => twin.tokens.revoke(token))
  twin.webhooks.enable(twin.tokens.anyActive())
  return ended
}

/** Sets where events go, probes that place and pings it. Answers with the status of the probe, null if nobody was there. */
export async function subscribe({ webhooks, recorder }: IntercomControlled, to: Subscription): Promise<number | null> {
  recorder.record({ do: 'subscribe', url: to.url, topics: to.topics }, () => webhooks.aim(to))
  return webhooks.greet()
}
