import { isRecord, json } from '../../exchange.ts'
import { apiError, invalid, missing } from '../errors.ts'
import { renderDataAttributes } from '../data-attributes.ts'
import { tagContact } from '../acts/contacts.ts'
import type { Tag } from '../records.ts'
import { renderTag } from '../render/contact.ts'
import { renderAdmin, renderMe, renderSegment, renderTeam } from '../render/staff.ts'
import { renderTicketState, renderTicketType } from '../render/ticket.ts'
import { adminAuthor, getAdmin, getTag, nextId } from '../world.ts'
import type { World } from '../world.ts'
import type { ApiCall, ApiHandler } from './call.ts'
import { optionalBoolean, optionalText, param } from './call.ts'
import { ticketTypeOf } from './tickets.ts'

/** An open conversation nobody touched for this long is idle, unless the call says otherwise. */
const idleAfterSeconds = 240

/** The workspace itself: staff, teams, tags, segments and what tickets can be. */
export const workspaceRoutes: Readonly<Record<string, ApiHandler>> = {
  'GET /me': (call) => json(renderMe(call.world, call.caller)),
  'GET /admins': (call) => json({ type: 'admin.list', admins: call.world.admins.map(renderAdmin) }),
  'GET /admins/{id}': (call) => json(renderAdmin(getAdmin(call.world, param(call, 'id')))),
  'PUT /admins/{id}/away'(call) {
    const admin = call.world.admins.find((candidate) => candidate.id === param(call, 'id'))
    if (!admin) throw apiError(404, 'admin_not_found', 'Admin for admin_id not found')
    const away = optionalBoolean(call.body, 'away_mode_enabled')
    const reassign = optionalBoolean(call.body, 'away_mode_reassign')
    if (away === undefined) throw missing('away_mode_enabled')
    if (reassign === undefined) throw missing('away_mode_reassign')
    admin.away = away
    return json({ ...renderAdmin(admin), away_mode_reassign: reassign })
  },
  'GET /data_attributes'(call) {
    const model = call.request.query.get('model')
    if (model !== null && model !== 'contact' && model !== 'company') {
      throw apiError(422, 'parameter_invalid', 'model is not valid')
    }
    return json(renderDataAttributes(call.world.app, model))
  },
  'GET /teams': (call) => json({ type: 'team.list', teams: call.world.teams.map(renderTeam) }),
  'GET /teams/{id}': (call) => json(renderTeam(teamOf(call))),
  'GET /teams/{id}/metrics': (call) => json({ type: 'team_metric.list', data: metricsOf(call) }),
  'GET /tags': (call) => json({ type: 'list', data: [...call.world.tags.values()].map(renderTag) }),
  'GET /tags/{id}': (call) => json(renderTag(getTag(call.world, param(call, 'id')))),
  'POST /tags': (call) => json(saveTag(call)),
  'DELETE /tags/{id}'(call) {
    const tag = getTag(call.world, param(call, 'id'))
    removeTag(call.world, tag)
    return { status: 200 }
  },
  'GET /segments'(call) {
    const count = call.request.query.get('include_count') === 'true'
    const segments = call.world.segments.map((segment) => renderSegment(call.world, segment, { count }))
    return json({ type: 'segment.list', segments })
  },
  'GET /segments/{id}'(call) {
    const segment = call.world.segments.find((candidate) => candidate.id === param(call, 'id'))
    if (!segment) throw apiError(404, 'not_found', 'Resource Not Found')
    return json(renderSegment(call.world, segment, { count: true }))
  },
  'GET /ticket_types': (call) =>
    json({ type: 'list', data: call.world.ticketTypes.map((type) => renderTicketType(call.world, type)) }),
  'GET /ticket_types/{id}': (call) => json(renderTicketType(call.world, ticketTypeOf(call.world, param(call, 'id')))),
  'GET /ticket_states': (call) =>
    json({
      type: 'list',
      data: call.world.ticketStates.map((state) => ({
        ...renderTicketState(call.world, state.id),
        archived: false,
        ticket_types: {
          type: 'list',
          data: call.world.ticketTypes
            .filter((type) => type.stateIds.includes(state.id))
            .map((type) => renderTicketType(call.world, type)),
        },
      })),
    }),
}

function teamOf(call: ApiCall) {
  const team = call.world.teams.find((candidate) => candidate.id === param(call, 'id'))
  if (!team) throw apiError(404, 'team_not_found', 'Team not found')
  return team
}

function metricsOf(call: ApiCall): Record<string, unknown>[] {
  const threshold = Number(call.request.query.get('idle_threshold') ?? idleAfterSeconds)
  const now = call.world.clock.seconds()
  const conversations = [...call.world.conversations.values()]
  return teamOf(call).adminIds.map((adminId) => {
    const theirs = conversations.filter((conversation) => conversation.adminId === adminId)
    const open = theirs.filter((conversation) => conversation.state === 'open')
    return {
      type: 'team_metric',
      admin_id: adminId,
      open: open.length,
      idle: open.filter((conversation) => now - conversation.updatedAt > threshold).length,
      snoozed: theirs.filter((conversation) => conversation.state === 'snoozed').length,
    }
  })
}

/** Creates or renames a tag, or puts one on companies or users. */
function saveTag(call: ApiCall): Record<string, unknown> {
  const { world, body } = call
  const name = optionalText(body, 'name')
  if (name === undefined || name.trim() === '') throw apiError(400, 'parameter_invalid', 'invalid tag parameters')
  const id = optionalText(body, 'id')
  const renamed = id === undefined ? undefined : getTag(world, id)
  if (renamed) renamed.name = name
  const tag = renamed ?? tagNamed(world, name)
  const users = listOf(body['users'], 'users').map((user) => tagUser(call, tag, user))
  const companies = listOf(body['companies'], 'companies').map((company) => tagCompany(call, tag, company))
  return { ...renderTag(tag), ...(users.length > 0 ? { users } : {}), ...(companies.length > 0 ? { companies } : {}) }
}

function tagNamed(world: World, name: string): Tag {
  const present = [...world.tags.values()].find((tag) => tag.name.toLowerCase() === name.toLowerCase())
  if (present) return present
  const tag = { id: nextId(world, 'tag'), name }
  world.tags.set(tag.id, tag)
  return tag
}

function listOf(value: unknown, name: string): Record<string, unknown>[] {
  if (value === undefined) return []
  if (!Array.isArray(value)) throw invalid(`${name} must be a list`)
  return value.map((item: unknown) => {
    if (!isRecord(item)) throw invalid(`${name} must hold objects`)
    return item
  })
}

function tagUser(call: ApiCall, tag: Tag, user: Record<string, unknown>): Record<string, unknown> {
  const id = optionalText(user, 'id') ?? ''
  const contact = call.world.contacts.get(id)
  if (contact) tagContact(call.world, contact, tag, adminAuthor(call.caller))
  return { id, tagged: contact !== undefined }
}

function tagCompany(call: ApiCall, tag: Tag, named: Record<string, unknown>): Record<string, unknown> {
  const id = optionalText(named, 'id')
  const companyId = optionalText(named, 'company_id')
  const company = [...call.world.companies.values()].find(
    (candidate) => candidate.id === id || candidate.companyId === companyId,
  )
  const untag = named['untag'] === true
  if (company) {
    company.tags = company.tags.filter((applied) => applied.id !== tag.id)
    const appliedAt = call.world.clock.seconds()
    if (!untag) company.tags.push({ id: tag.id, appliedAt, appliedBy: { type: 'admin', id: call.caller.id } })
    company.updatedAt = appliedAt
  }
  return { id: id ?? companyId ?? '', tagged: company !== undefined && !untag }
}

function removeTag(world: World, tag: Tag): void {
  world.tags.delete(tag.id)
  const tagged = [world.contacts, world.companies, world.conversations, world.tickets]
  for (const records of tagged) {
    for (const record of records.values()) {
      if (record.tags.some((applied) => applied.id === tag.id)) {
        record.tags = record.tags.filter((applied) => applied.id !== tag.id)
      }
    }
  }
}
